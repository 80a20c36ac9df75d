"""Logins at the token endpoints, and the sessions that they begin."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, SlidingToken

from tests.contrib.simplejwt.clients import parse_pair, status_of
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import (
    RevocableAccessToken,
    RevocableRefreshToken,
    RevocableSlidingToken,
    SessionToken,
)
from token_revocation.testing._databases import failing_database

CLASSES = [RevocableAccessToken, RevocableRefreshToken, RevocableSlidingToken]


@pytest.fixture
def log_in(api_client, user):
    """Return a function that logs ``user`` in."""

    def post(path="/api/token/"):
        return api_client.post(path, {"username": user.username, "password": "correct horse"})

    return post


def test_refresh_and_access_token_share_a_session(log_in):
    pair = parse_pair(log_in())
    refresh, access = RefreshToken(pair.refresh), AccessToken(pair.access)
    assert uuid.UUID(refresh["sid"]).version == 7
    assert refresh["sid"] == access["sid"]
    assert refresh["auth_time"] == access["auth_time"]


def test_each_login_begins_a_session(log_in):
    sessions = {AccessToken(parse_pair(log_in()).access)["sid"] for _ in range(2)}
    assert len(sessions) == 2


def test_sliding_token_login_begins_a_session(log_in):
    response = log_in("/api/token/sliding/")
    assert uuid.UUID(SlidingToken(response.json()["token"])["sid"])
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token_class", CLASSES)
def test_auth_time_has_microseconds(user, token_class):
    before = datetime.now(UTC)
    token = token_class.for_user(user)
    decoded = type(token)(str(token))["auth_time"]
    if connection.vendor == "sqlite":
        assert before <= datetime.fromtimestamp(decoded, UTC) <= datetime.now(UTC)
    assert decoded == token["auth_time"]


@pytest.mark.parametrize("token_class", CLASSES)
def test_lifetime_follows_changed_settings(user, settings, token_class):
    name = token_class.token_type.upper()
    settings.SIMPLE_JWT = {f"{name}_TOKEN_LIFETIME": timedelta(days=3)}
    token = token_class.for_user(user)
    assert token["exp"] - token["iat"] == 3 * 24 * 60 * 60
    assert token_class.lifetime == timedelta(days=3)


def test_custom_class_begins_a_session(user):
    class CustomRefreshToken(RefreshToken, SessionToken):
        lifetime = timedelta(days=9)

    token = CustomRefreshToken.for_user(user)
    assert token.access_token["sid"] == token["sid"]


def test_outstanding_token_is_the_issued_token(refresh_token):
    from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

    assert OutstandingToken.objects.get().token == str(refresh_token)


@pytest.mark.trap("T15")
def test_cutoff_separates_logins_within_one_second(log_in, user):
    with time_machine.travel(datetime.now(UTC).replace(microsecond=1), tick=True):
        before = parse_pair(log_in())
        services.revoke_all(user)
        after = parse_pair(log_in())
    assert (status_of(before.access), status_of(after.access)) == (401, 200)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no clock of its own")
@pytest.mark.parametrize("seconds", [-30, 30])
def test_clock_of_the_host_does_not_affect_cutoffs(user, seconds):
    """A cutoff revokes earlier tokens of a fast host, and no later tokens of a slow host."""
    skewed = datetime.now(UTC) + timedelta(seconds=seconds)
    with time_machine.travel(skewed):
        before = RevocableAccessToken.for_user(user)
    services.revoke_all(user)
    with time_machine.travel(skewed):
        after = RevocableAccessToken.for_user(user)
    revoked = [services.is_revoked(services.resolve(str(token))) for token in (before, after)]
    assert revoked == [True, False]


def test_wrong_credentials_are_rejected(api_client, user):
    response = api_client.post("/api/token/", {"username": user.username, "password": "wrong"})
    assert response.status_code == 401


@pytest.mark.parametrize("path", ["/api/token/", "/api/token/sliding/"])
def test_database_failure_returns_503(log_in, path):
    with failing_database("auth_user"):
        response = log_in(path)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
