from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.utils import timezone

from tests.standards.status_list.publisher import Publisher
from token_revocation.standards.status_list._allocation import status_claim
from token_revocation.standards.status_list._bits import compress, decompress, pack, status_at
from token_revocation.standards.status_list._session_places import SESSIONS_APP
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

ISSUER = "https://api.example.com"


@pytest.fixture
def own_issuer(settings, jwk):
    """The issuer identifier of this project, which signs lists."""
    settings.ROOT_URLCONF = "tests.standards.urls"
    settings.TOKEN_REVOCATION = {"ISSUER": ISSUER, "SIGNING_JWK": jwk}
    return ISSUER


@pytest.fixture
def make():
    """Return a function that makes a token that expires tomorrow."""

    def make(**parts):
        subjects = (Subject.user(1), Subject.session(uuid4().hex))
        tomorrow = timezone.now() + timedelta(days=1)
        return make_token(**{"subjects": subjects, "expires_at": tomorrow, **parts})

    return make


@pytest.fixture
def without_sessions(monkeypatch):
    """A project without the app of sessions, in which each token has its own index."""
    is_installed = apps.is_installed
    monkeypatch.setattr(
        apps, "is_installed", lambda name: name != SESSIONS_APP and is_installed(name)
    )


@pytest.fixture
def token(make):
    return make()


@pytest.fixture
def reference(token):
    """The status list reference of ``token``."""
    return status_claim(token)["status_list"]


@pytest.fixture
def read_status(client, own_issuer, reference, monkeypatch):
    """Return a function that reads the status of ``token``, or of another reference."""
    jwt = pytest.importorskip("jwt")
    monkeypatch.setattr("token_revocation.standards.status_list._tokens.CHECK_INTERVAL_SECONDS", 0)

    def ask(reference=reference):
        body = client.get(reference["uri"].removeprefix(own_issuer)).content
        claims = jwt.decode(body, options={"verify_signature": False})
        return status_at(decompress(claims["status_list"]["lst"]), reference["idx"])

    return ask


@pytest.fixture
def publisher():
    publisher = Publisher()
    yield publisher
    publisher.close()


@pytest.fixture
def publish(publisher, jwk, settings):
    """Publish a list with a valid and a revoked token."""
    jwts = pytest.importorskip("tests.standards.jwts")
    known = jwts.trusted(jwk, status_lists=[publisher.uri])
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": known}

    def publish(*, typ="statuslist+jwt", key=jwk, **changes):
        status_list = {"bits": 1, "lst": compress(pack([1], 8))}
        usual = {"sub": publisher.uri, "ttl": 60, "status_list": status_list, "jti": None}
        publisher.body = jwts.make_jwt(key, typ=typ, **{**usual, **changes})

    publish()
    return publish
