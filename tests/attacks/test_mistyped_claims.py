"""A validly signed JWT whose claims have a wrong type is rejected without a server error."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("rest_framework_simplejwt")

from rest_framework.test import APIClient
from rest_framework_simplejwt.state import token_backend

from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.simplejwt.urls")]

TIMES = [None, [], {}, "1700000000", "x", True, float("inf"), float("nan")]
USERS = [None, [], [1], {"a": 1}, "\x00", "x", 10**30, float("inf"), float("nan"), True]
MISTYPED_CLAIMS = [
    *((claim, value) for claim in ("exp", "iat", "nbf") for value in TIMES),
    *(("user_id", value) for value in USERS),
]


@pytest.fixture(autouse=True)
def _simplejwt(settings):
    adapter = "token_revocation.contrib.simplejwt.SimpleJWTAdapter"
    settings.TOKEN_REVOCATION = {"ADAPTERS": [adapter]}


@pytest.fixture
def encode():
    def encode(**claims_under_test):
        now, user = int(time.time()), UserFactory()
        claims = {"token_type": "access", "jti": "j", "iat": now - 5, "exp": now + 300}
        return token_backend.encode({**claims, "user_id": str(user.pk), **claims_under_test})

    return encode


@pytest.mark.parametrize("path", ["/protected/", "/stateless/protected/"])
@pytest.mark.parametrize(("claim", "value"), MISTYPED_CLAIMS)
def test_a_claim_of_a_wrong_type_is_no_server_error(encode, path, claim, value):
    try:
        raw = encode(**{claim: value})
    except (TypeError, ValueError, OverflowError):
        return  # No issuer could sign such a token.
    client = APIClient(raise_request_exception=False)
    credentials = {"Authorization": f"Bearer {raw}"}
    assert client.get(path, headers=credentials).status_code in {200, 401}
    assert client.post("/auth/logout/", headers=credentials).status_code == 204
    assert client.post("/auth/revoke/", {"token": raw}).status_code == 200
    assert client.post("/api/token/verify/", {"token": raw}).status_code == 401
    assert client.get(path, headers=credentials).status_code == 401
