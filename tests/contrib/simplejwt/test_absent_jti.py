"""Tokens without a valid ``jti``, with and without ``ALLOW_MISSING_JTI``."""

from __future__ import annotations

import pytest
from rest_framework_simplejwt.tokens import AccessToken

from tests.contrib.simplejwt.clients import client_with, refresh, response_code
from token_revocation import services
from token_revocation.contrib.simplejwt import SimpleJWTAdapter
from token_revocation.exceptions import NotRevocable
from token_revocation.models import RevokedToken

MISSING_IDENTIFIER = (401, "token_missing_identifier")
# Some versions of PyJWT reject a jti that is no string.
REJECTED = [MISSING_IDENTIFIER, (401, "token_not_valid")]
INVALID_JTIS = [7, None, ["x"], {"x": 1}]

adapter = SimpleJWTAdapter()


def with_jti(token, jti):
    token.payload["jti"] = jti
    return str(token)


@pytest.fixture
def allow_missing_jti(revocation):
    revocation(ALLOW_MISSING_JTI=True)


@pytest.mark.trap("T2")
@pytest.mark.parametrize("path", ["/protected/", "/stateless/protected/"])
def test_token_with_an_empty_jti_is_rejected(refresh_token, path):
    response = client_with(with_jti(refresh_token.access_token, "")).get(path)
    assert response_code(response) == MISSING_IDENTIFIER
    assert 'error="invalid_token"' in response["WWW-Authenticate"]


@pytest.mark.parametrize("jti", INVALID_JTIS)
def test_token_with_a_jti_that_is_no_string_is_rejected(refresh_token, jti):
    response = client_with(with_jti(refresh_token.access_token, jti)).get("/protected/")
    assert response_code(response) in REJECTED


@pytest.mark.parametrize("jti", ["", *INVALID_JTIS])
def test_token_with_a_bad_jti_is_not_refreshed_or_verified(refresh_token, api_client, jti):
    raw = with_jti(refresh_token, jti)
    assert response_code(refresh(raw)) in REJECTED
    assert response_code(api_client.post("/api/token/verify/", {"token": raw})) in REJECTED


def test_token_without_a_jti_is_rejected_by_simplejwt(refresh_token):
    access = refresh_token.access_token
    del access.payload["jti"]
    response = client_with(str(access)).get("/protected/")
    assert response_code(response) == (401, "token_not_valid")


@pytest.mark.trap("T2")
def test_logout_with_an_empty_jti_stores_nothing(refresh_token):
    client = client_with(with_jti(refresh_token.access_token, ""))
    assert client.post("/auth/logout/").status_code == 204
    assert not RevokedToken.objects.exists()


def test_allow_missing_jti_accepts_the_token(allow_missing_jti, refresh_token):
    raw = with_jti(refresh_token.access_token, "")
    assert client_with(raw).get("/protected/").status_code == 200


@pytest.mark.trap("T2")
def test_cutoff_revokes_a_token_without_jti(allow_missing_jti, user, refresh_token):
    raw = with_jti(refresh_token.access_token, "")
    services.revoke_all(user)
    assert response_code(client_with(raw).get("/protected/")) == (401, "token_revoked")


def test_token_without_jti_is_revoked_alone(allow_missing_jti, refresh_token):
    token, other = (AccessToken() for _ in range(2))
    other.set_exp(lifetime=token.lifetime * 2)
    raw, other_raw = with_jti(token, ""), with_jti(other, "")
    services.revoke(adapter.resolve(raw))
    assert services.is_revoked(adapter.resolve(raw))
    assert not services.is_revoked(adapter.resolve(other_raw))


def test_token_without_jti_has_one_identifier_encoded_or_not(allow_missing_jti, db):
    token = AccessToken()
    raw = with_jti(token, "")
    ref = adapter.resolve(raw)
    assert adapter.identify(token).key == adapter.identify(AccessToken(raw)).key == ref.key
    assert adapter.identify(AccessToken(raw.encode())).key == ref.key


@pytest.mark.parametrize("jti", ["", *INVALID_JTIS])
def test_identify_raises_not_revocable_for_a_bad_jti(jti):
    token = AccessToken()
    token.payload["jti"] = jti
    with pytest.raises(NotRevocable):
        adapter.identify(token)
