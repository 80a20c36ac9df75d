"""Tokens that live longer than the lifetimes in the settings."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework_simplejwt.tokens import RefreshToken

from tests.contrib.simplejwt.clients import REVOKED, refresh, response_code
from token_revocation import clock, services
from token_revocation.clock import now
from token_revocation.contrib.simplejwt import SimpleJWTAdapter
from token_revocation.contrib.simplejwt.tokens import RevocableAccessToken, RevocableRefreshToken
from token_revocation.stores._lifetimes import pending_lifetimes

DAY = timedelta(days=1)

adapter = SimpleJWTAdapter()


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "UTC_NOW", {})


def create_long_lived(token_class, user):
    token = token_class.for_user(user)
    token.set_exp(lifetime=90 * DAY)
    return token


@pytest.mark.parametrize("token_class", [RevocableRefreshToken, RefreshToken])
def test_revocation_lasts_as_long_as_the_token(user, token_class):
    token = create_long_lived(token_class, user)
    services.log_out(adapter.identify(token))
    with time_machine.travel(now() + 2 * DAY):
        services.purge()
        assert response_code(refresh(str(token))) == REVOKED


def test_lifetime_of_a_revocable_token_is_recorded_when_issued(user):
    token = str(create_long_lived(RevocableRefreshToken, user))
    services.revoke_session("another")
    with time_machine.travel(now() + 80 * DAY):
        services.purge()
        assert refresh(token).status_code == 200


def test_lifetime_of_an_outstanding_token_is_known(monkeypatch, user):
    with monkeypatch.context() as former_settings:
        former_settings.setattr(RefreshToken, "lifetime", 90 * DAY)
        token = str(RefreshToken.for_user(user))
    services.revoke_session("another")
    with time_machine.travel(now() + 80 * DAY):
        services.purge()
        assert refresh(token).status_code == 200


def test_token_of_unknown_lifetime_is_rejected_after_a_cutoff_was_purged(user):
    token = str(create_long_lived(RefreshToken, user))
    services.revoke_session("another")
    with time_machine.travel(now() + 2 * DAY):
        services.purge()
        assert response_code(refresh(token)) == REVOKED


def test_longest_age_adds_access_to_refresh_lifetime(simple_jwt):
    simple_jwt(REFRESH_TOKEN_LIFETIME=DAY, ACCESS_TOKEN_LIFETIME=2 * DAY / 48)
    assert adapter.longest_age == DAY + DAY / 24


def test_lifetime_of_a_token_without_expiry_is_not_recorded(db):
    token = RevocableAccessToken()
    del token.payload["exp"]
    str(token)
    assert pending_lifetimes("default") == {}
