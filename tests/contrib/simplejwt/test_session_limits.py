"""Tokens that expire with their session: ``SESSION_LIFETIME`` and ``SESSION_IDLE_TIMEOUT``."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework_simplejwt.tokens import RefreshToken, UntypedToken

from tests.contrib.simplejwt.clients import (
    INVALID,
    client_with,
    parse_pair,
    refresh,
    response_code,
)
from token_revocation import clock
from token_revocation.clock import now
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken, RevocableSlidingToken

pytestmark = pytest.mark.django_db

EXPIRED = (401, "token_expired")
LIFETIME, IDLE = timedelta(minutes=4), timedelta(minutes=2)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "UTC_NOW", {})


def lifetime_of(raw):
    """Return the time until the token expires, rounded to seconds."""
    return timedelta(seconds=round(UntypedToken(raw)["exp"] - now().timestamp()))


@pytest.mark.parametrize("setting", ["SESSION_LIFETIME", "SESSION_IDLE_TIMEOUT"])
def test_tokens_of_a_login_expire_with_the_session(revocation, rotating, user, setting):
    revocation(**{setting: IDLE})
    token = RevocableRefreshToken.for_user(user)
    lifetimes = [lifetime_of(str(each)) for each in (token, token.access_token)]
    assert all(IDLE - SECOND <= lifetime <= IDLE for lifetime in lifetimes)


@pytest.mark.spec("OWASP ASVS 5.0", "10.4.8")
@pytest.mark.usefixtures("rotating")
def test_rotation_does_not_move_the_end_of_the_session(revocation, user):
    revocation(SESSION_LIFETIME=LIFETIME)
    raw = str(RevocableRefreshToken.for_user(user))
    with time_machine.travel(now() + timedelta(minutes=3)):
        pair = parse_pair(refresh(raw))
        assert lifetime_of(pair.refresh) <= timedelta(minutes=1)
        assert lifetime_of(pair.access) <= timedelta(minutes=1)
        assert client_with(pair.access).get("/protected/").status_code == 200
    with time_machine.travel(now() + LIFETIME):
        assert response_code(refresh(pair.refresh)) == INVALID


@pytest.mark.usefixtures("rotating")
def test_each_rotation_is_a_use(revocation, user):
    revocation(SESSION_IDLE_TIMEOUT=IDLE)
    raw, started_at = str(RevocableRefreshToken.for_user(user)), now()
    for minutes in (1, 2, 3):
        with time_machine.travel(started_at + timedelta(minutes=minutes)):
            raw = parse_pair(refresh(raw)).refresh
    with time_machine.travel(started_at + timedelta(minutes=5, seconds=1)):
        assert response_code(refresh(raw)) == INVALID


@pytest.mark.parametrize("claims", [{}, {"auth_time": None}, {"auth_time": "soon"}])
def test_token_without_login_time_does_not_skip_the_limit(revocation, user, claims):
    token = RefreshToken.for_user(user)
    token.payload.update(claims)
    revocation(SESSION_LIFETIME=LIFETIME)
    with time_machine.travel(now() + LIFETIME):
        assert response_code(refresh(str(token))) == EXPIRED


@pytest.mark.usefixtures("rotating")
def test_origin_of_a_foreign_token_survives_its_rotation(revocation, user):
    revocation(SESSION_LIFETIME=LIFETIME)
    raw = str(RefreshToken.for_user(user))
    with time_machine.travel(now() + timedelta(minutes=3)):
        pair = parse_pair(refresh(raw))
    with time_machine.travel(now() + LIFETIME):
        assert response_code(refresh(pair.refresh)) == INVALID


def test_sliding_token_cannot_be_refreshed_after_the_session(revocation, user):
    token = RevocableSlidingToken.for_user(user)
    revocation(SESSION_LIFETIME=LIFETIME)
    raw = str(token)
    assert UntypedToken(raw)["refresh_exp"] == UntypedToken(raw)["exp"]
    assert lifetime_of(raw) <= LIFETIME


@pytest.mark.usefixtures("rotating")
def test_idle_timeout_does_not_bound_the_refreshes_of_a_sliding_token(revocation, user):
    revocation(SESSION_IDLE_TIMEOUT=IDLE)
    token = RevocableSlidingToken.for_user(user)
    assert lifetime_of(str(token)) <= IDLE
    assert token["refresh_exp"] - token["exp"] > IDLE.total_seconds()
