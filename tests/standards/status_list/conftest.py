from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.standards.status_list.publisher import Publisher
from token_revocation.standards.status_list.bits import compress, expand, pack, status_at
from token_revocation.standards.status_list.issuing import status_claim
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

US = "https://api.example.com"


@pytest.fixture
def us(settings, jwk):
    """We, who sign lists."""
    settings.ROOT_URLCONF = "tests.standards.urls"
    settings.TOKEN_REVOCATION = {"ISSUER": US, "SIGNING_JWK": jwk}
    return US


@pytest.fixture
def make():
    """A token of a user and a session that expires tomorrow."""

    def make(**parts):
        subjects = (Subject.user(1), Subject.session(uuid4().hex))
        tomorrow = timezone.now() + timedelta(days=1)
        return make_token(**{"subjects": subjects, "expires_at": tomorrow, **parts})

    return make


@pytest.fixture
def token(make):
    return make()


@pytest.fixture
def place(token):
    """Where the state of ``token`` can be looked up."""
    return status_claim(token)["status_list"]


@pytest.fixture
def look(client, us, place, monkeypatch):
    """What the list says of ``token``, or of another place, asked anew each time."""
    jwt = pytest.importorskip("jwt")
    monkeypatch.setattr("token_revocation.standards.status_list.documents.REFRESH", 0)

    def ask(place=place):
        body = client.get(place["uri"].removeprefix(us)).content
        claims = jwt.decode(body, options={"verify_signature": False})
        return status_at(expand(claims["status_list"]["lst"]), place["idx"])

    return ask


@pytest.fixture
def publisher():
    publisher = Publisher()
    yield publisher
    publisher.close()


@pytest.fixture
def publish(publisher, jwk, settings):
    """Publish a list in which the first token is valid and the second is not."""
    signing = pytest.importorskip("tests.standards.signing")
    known = signing.trusted(jwk, status_lists=[publisher.uri])
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": known}

    def publish(*, typ="statuslist+jwt", key=jwk, **changes):
        status_list = {"bits": 1, "lst": compress(pack([1], 8))}
        usual = {"sub": publisher.uri, "ttl": 60, "status_list": status_list, "jti": None}
        publisher.body = signing.statement(key, typ=typ, **{**usual, **changes})

    publish()
    return publish
