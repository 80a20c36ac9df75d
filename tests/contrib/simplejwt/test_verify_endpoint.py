"""The endpoint that verifies a token rejects revoked ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework_simplejwt.tokens import RefreshToken, SlidingToken

from tests.contrib.simplejwt.clients import INVALID, REVOKED, response_code
from token_revocation import services
from token_revocation.models import RevokedToken
from token_revocation.testing._databases import failing_database


@pytest.fixture
def verify(api_client):
    return lambda raw: api_client.post("/api/token/verify/", {"token": raw})


@pytest.mark.parametrize("part", ["access", "refresh"])
def test_valid_token_is_verified(verify, pair, part):
    response = verify(getattr(pair, part))
    assert (response.status_code, response.json()) == (200, {})
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("part", ["access", "refresh"])
@pytest.mark.parametrize("revoke", [services.revoke, services.log_out])
def test_revoked_token_is_not_verified(verify, pair, revoked_token_uses, part, revoke):
    ref = services.resolve(getattr(pair, part))
    revoke(ref)
    assert response_code(verify(getattr(pair, part))) == REVOKED
    assert [use["token"] for use in revoked_token_uses] == [ref]


def test_blacklisted_token_is_not_verified(verify, user):
    token = RefreshToken.for_user(user)
    token.blacklist()
    RevokedToken.objects.all().delete()
    assert response_code(verify(str(token))) == REVOKED


def test_revoked_sliding_token_is_not_verified(verify, user):
    raw = str(SlidingToken.for_user(user))
    assert verify(raw).status_code == 200
    services.revoke(services.resolve(raw))
    assert response_code(verify(raw)) == REVOKED


@pytest.mark.parametrize("raw", ["x", "é", "a" * 9000])
def test_malformed_token_is_not_verified(verify, db, raw):
    assert response_code(verify(raw)) == INVALID


def test_expired_token_is_not_verified(verify, pair):
    with time_machine.travel(timedelta(hours=1)):
        assert response_code(verify(pair.access)) == INVALID


def test_token_of_an_unknown_user_is_verified(verify, refresh_token):
    refresh_token.payload["user_id"] = "0"
    assert verify(str(refresh_token)).status_code == 200


def test_unavailable_database_returns_503(verify, pair):
    with failing_database("revokedtoken"):
        response = verify(pair.access)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
