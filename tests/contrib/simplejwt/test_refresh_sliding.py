"""Sliding tokens keep their identifier when refreshed, and stay revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from rest_framework_simplejwt.tokens import SlidingToken

from tests.contrib.simplejwt.clients import INVALID, REVOKED, client_with, response_code, status_of
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import RevocableSlidingToken
from token_revocation.testing._databases import called_after_query, failing_database


@pytest.fixture(autouse=True)
def _sliding(simple_jwt):
    simple_jwt(AUTH_TOKEN_CLASSES=("rest_framework_simplejwt.tokens.SlidingToken",))


@pytest.fixture
def sliding(user):
    return str(RevocableSlidingToken.for_user(user))


@pytest.fixture
def refresh_sliding(api_client):
    return lambda raw: api_client.post("/api/token/sliding/refresh/", {"token": raw})


def travel(hours):
    return time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False)


def test_refresh_keeps_the_identity_of_the_token(refresh_sliding, sliding):
    with time_machine.travel(timezone.now() + timedelta(minutes=4)):
        new = SlidingToken(refresh_sliding(sliding).json()["token"])
    old = SlidingToken(sliding)
    assert new["exp"] > old["exp"]
    assert [new[c] for c in ("jti", "sid", "auth_time")] == [
        old[c] for c in ("jti", "sid", "auth_time")
    ]


@pytest.mark.parametrize("revoke", [services.revoke, services.log_out])
def test_revoked_token_is_not_refreshed(refresh_sliding, sliding, revoked_token_uses, revoke):
    revoke(services.resolve(sliding))
    assert response_code(refresh_sliding(sliding)) == REVOKED
    assert len(revoked_token_uses) == 1


def test_refreshed_token_is_revoked_with_the_original(refresh_sliding, sliding):
    newer = refresh_sliding(sliding).json()["token"]
    services.revoke(services.resolve(sliding))
    assert response_code(client_with(newer).get("/protected/")) == REVOKED


@pytest.mark.parametrize("token_class", [SlidingToken, RevocableSlidingToken])
def test_concurrent_cutoff_revokes_the_refreshed_token(refresh_sliding, user, token_class):
    """Also if the clock of the host is ahead of that of the database."""
    raw = str(token_class.for_user(user))
    database_time = timezone.now()

    def revoke_all():
        with time_machine.travel(database_time):
            services.revoke_all(user)

    with time_machine.travel(database_time + timedelta(seconds=30)):
        with called_after_query(revoke_all):
            newer = refresh_sliding(raw).json()["token"]
        assert response_code(client_with(newer).get("/protected/")) == REVOKED


@pytest.mark.trap("T4")
def test_purge_keeps_the_revocation_until_the_last_refresh_expires(
    simple_jwt, user, refresh_sliding
):
    simple_jwt(
        SLIDING_TOKEN_LIFETIME=timedelta(hours=20), SLIDING_TOKEN_REFRESH_LIFETIME=timedelta(days=1)
    )
    first = str(RevocableSlidingToken.for_user(user))
    with travel(19):
        second = refresh_sliding(first).json()["token"]
    with travel(23.9):
        third = refresh_sliding(second).json()["token"]
        services.revoke(services.resolve(second))
    with travel(42):
        assert services.purge() == 0
        assert response_code(client_with(third).get("/protected/")) == REVOKED


def test_cutoff_during_a_refresh_revokes_a_token_without_auth_time(
    refresh_sliding, user, monkeypatch
):
    with time_machine.travel(timezone.now() - timedelta(minutes=1)):
        raw = str(SlidingToken.for_user(user))
    original_set_iat = SlidingToken.set_iat

    def revoke_and_set_iat(self, *args, **kwargs):
        if self.token is not None:
            services.revoke_all(user)
        original_set_iat(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(SlidingToken, "set_iat", revoke_and_set_iat)
        response = refresh_sliding(raw)
    assert response.status_code == 200
    assert status_of(response.json()["token"]) == 401


def test_logout_revokes_the_token(sliding):
    assert client_with(sliding).post("/auth/logout/").status_code == 204
    assert response_code(client_with(sliding).get("/protected/")) == REVOKED


@pytest.mark.parametrize("minutes", [6, 60 * 25])
def test_expired_token_is_rejected_as_by_simplejwt(refresh_sliding, sliding, minutes):
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        assert response_code(refresh_sliding(sliding)) == INVALID


def test_token_past_its_refresh_period_is_rejected(refresh_sliding, user):
    token = RevocableSlidingToken.for_user(user)
    token["refresh_exp"] = token["iat"]
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert response_code(refresh_sliding(str(token))) == INVALID


def test_unavailable_database_returns_503(refresh_sliding, sliding):
    with failing_database("revokedtoken"):
        response = refresh_sliding(sliding)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
