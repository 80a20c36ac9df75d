"""ID tokens as credentials: they are accepted, and can be revoked."""

from __future__ import annotations

import base64
import json
import secrets
from datetime import timedelta

import pytest
import time_machine
from django.test import TestCase
from django.utils import timezone

pytest.importorskip("oauth2_provider")

from jwcrypto.jwt import JWT
from oauth2_provider.models import AccessToken, Application, IDToken

from tests.contrib.oauth2_provider.requests import get_protected
from tests.contrib.oauth2_provider.test_contract import make_pair
from tests.queries import count_queries
from token_revocation import services
from token_revocation.contrib.oauth2_provider import OAuth2ProviderAdapter
from token_revocation.models import Reason, RevokedToken
from token_revocation.testing import AdapterContract

LIFETIME = timedelta(hours=1)


@pytest.fixture(autouse=True)
def oidc(oauth):
    """Switch OpenID Connect on or off."""

    def switch(on):
        oauth(OIDC_ENABLED=on, OIDC_ISS_ENDPOINT="https://issuer.example.com")

    switch(True)
    return switch


def make_client():
    return Application.objects.create(
        client_id=secrets.token_hex(8),
        client_secret=secrets.token_hex(32),
        hash_client_secret=False,
        algorithm=Application.HS256_ALGORITHM,
    )


def claims(row, **others):
    return {"jti": str(row.jti), "aud": row.application.client_id, **others}


def sign(row, key=None):
    expiring = claims(row, exp=int(row.expires.timestamp()))
    token = JWT(header={"alg": "HS256"}, claims=expiring)
    token.make_signed_token(key or row.application.jwk_key)
    return token.serialize()


def make_id_token(user):
    """Return an ID token and its row, with an access and a refresh token."""
    _, _, access, refresh = make_pair(user)
    access.application = refresh.application = make_client()
    row = IDToken.objects.create(
        user=user,
        application=access.application,
        expires=timezone.now() + LIFETIME,
        scope="openid read",
    )
    access.id_token = row
    access.save()
    refresh.save()
    return sign(row), row


def encode(*parts):
    dumped = (json.dumps(part).encode() for part in parts)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in dumped)


GARBLED = {
    "by another client": lambda row, *_: sign(row, make_client().jwk_key),
    "unsigned": lambda _, head, body, signature: f"{head}.{body}.",
    "none": lambda row, *_: f"{encode({'alg': 'none'}, claims(row))}.",
    "another algorithm": lambda row, *_: f"{encode({'alg': 'RS256'}, claims(row))}.AAAA",
    "a list for a head": lambda row, *_: f"{encode([], claims(row))}.AAAA",
    "a string for a head": lambda row, *_: f"{encode('', claims(row))}.AAAA",
    "a number for a name": lambda row, *_: f"{encode({}, claims(row, jti=row.jti.int))}.AAAA",
    "no name": lambda row, *_: f"{encode({}, claims(row, jti=None))}.AAAA",
    "a list for an audience": lambda row, *_: f"{encode({}, claims(row, aud=[[1]]))}.AAAA",
    "a NUL in the audience": lambda row, *_: f"{encode({}, claims(row, aud=chr(0)))}.AAAA",
    "a list of claims": lambda row, *_: f"{encode({}, [claims(row)])}.AAAA",
    "deep": lambda _, head, *__: f"{head}.{'W1tb' * 1800}.AAAA",
    "no JSON": lambda _, head, *__: f"{head}.AAAA.AAAA",
    "no base64": lambda _, head, *__: f"{head}.A.AAAA",
    "five parts": lambda _, *parts: ".".join([*parts, "AAAA", "AAAA"]),
}


class TestIDToken(AdapterContract, TestCase):
    adapter = OAuth2ProviderAdapter()
    lists_tokens = False

    def issue(self, user):
        raw, row = make_id_token(user)
        row = IDToken.objects.select_related("application", "access_token__refresh_token").get(
            pk=row.pk
        )
        return raw, row


@pytest.mark.spec("RFC 7009", "2.1")
def test_session_can_be_revoked_with_an_id_token(api_client, user):
    raw, row = make_id_token(user)
    session = raw, row.access_token.token
    assert [get_protected(api_client, token).status_code for token in session] == [200, 200]
    assert api_client.post("/auth/revoke/", {"token": raw}).status_code == 200
    assert [get_protected(api_client, token).status_code for token in session] == [401, 401]


def test_leaked_id_token_is_matched(user):
    raws = [make_id_token(user)[0] for _ in range(2)]
    leak = services.revoke_leaked([raws[0], "x", raws[0]])
    assert (leak.matched, leak.revoked) == (1, 1)
    assert [services.is_revoked(services.resolve(raw)) for raw in raws] == [True, False]


def test_expired_id_token_is_resolved(user):
    raw, row = make_id_token(user)
    with time_machine.travel(timezone.now() + 2 * LIFETIME):
        assert services.resolve(raw).identifier == str(row.jti)


def test_id_token_without_an_access_token_is_revoked_alone(client, user):
    raw, _ = make_id_token(user)
    AccessToken.objects.all().delete()
    RevokedToken.objects.all().delete()
    services.log_out(services.resolve(raw), reason=Reason.LOGOUT)
    assert RevokedToken.objects.get().reason == Reason.LOGOUT
    assert get_protected(client, raw).status_code == 401


def test_id_token_is_unknown_without_openid_connect(user, oidc):
    raw, _ = make_id_token(user)
    oidc(False)
    assert services.resolve(raw) is None


@pytest.mark.trap("T24")
@pytest.mark.parametrize("garble", GARBLED.values(), ids=GARBLED)
def test_forged_or_malformed_id_token_is_rejected(client, user, garble):
    raw, row = make_id_token(user)
    forged = garble(row, *raw.split("."))
    assert services.resolve(forged) is None
    assert get_protected(client, forged).status_code == 401
    assert services.resolve(raw)


def test_id_token_is_unknown_if_its_client_has_no_key(user):
    raw, row = make_id_token(user)
    for changed in ({"algorithm": Application.NO_ALGORITHM}, {"client_secret": ""}):
        Application.objects.filter(pk=row.application.pk).update(**changed)
        assert services.resolve(raw) is None
    IDToken.objects.update(application=None)
    assert services.resolve(raw) is None


def test_number_of_queries_does_not_depend_on_the_number_of_id_tokens(user):
    raws = [make_id_token(user)[0] for _ in range(50)]
    one = count_queries(lambda: services.resolve_many(raws[:1]))
    assert count_queries(lambda: services.resolve_many(raws)) == one
    assert len(services.resolve_many(raws)) == 50
