"""A login begins a session, and everything made of it belongs to that session."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, SlidingToken

from tests.contrib.simplejwt.clients import pair_of, status_of
from tests.views.failing import failing_database
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import (
    RevocableAccessToken,
    RevocableRefreshToken,
    RevocableSlidingToken,
    SessionToken,
)

CLASSES = [RevocableAccessToken, RevocableRefreshToken, RevocableSlidingToken]


@pytest.fixture
def log_in(nobody, user):
    """Log ``user`` in."""

    def obtain(path="/api/token/"):
        return nobody.post(path, {"username": user.username, "password": "correct horse"})

    return obtain


def test_both_tokens_of_a_login_belong_to_one_session(log_in):
    pair = pair_of(log_in())
    refresh, access = RefreshToken(pair.refresh), AccessToken(pair.access)
    assert uuid.UUID(refresh["sid"]).version == 4
    assert refresh["sid"] == access["sid"]
    assert refresh["auth_time"] == access["auth_time"]


def test_two_logins_are_two_sessions(log_in):
    sessions = {AccessToken(pair_of(log_in()).access)["sid"] for _ in range(2)}
    assert len(sessions) == 2


def test_a_login_may_give_a_sliding_token(log_in):
    answer = log_in("/api/token/sliding/")
    assert uuid.UUID(SlidingToken(answer.json()["token"])["sid"])
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token_class", CLASSES)
def test_the_moment_of_login_is_kept_to_the_microsecond(user, token_class):
    before = datetime.now(UTC)
    token = token_class.for_user(user)
    spelled = type(token)(str(token))["auth_time"]
    if connection.vendor == "sqlite":
        assert before <= datetime.fromtimestamp(spelled, UTC) <= datetime.now(UTC)
    assert spelled == token["auth_time"]


@pytest.mark.parametrize("token_class", CLASSES)
def test_tokens_live_as_long_as_the_settings_say_now(user, settings, token_class):
    name = token_class.token_type.upper()
    settings.SIMPLE_JWT = {f"{name}_TOKEN_LIFETIME": timedelta(days=3)}
    token = token_class.for_user(user)
    assert token["exp"] - token["iat"] == 3 * 24 * 60 * 60
    assert token_class.lifetime == timedelta(days=3)


def test_a_class_of_a_project_can_begin_sessions_too(user):
    class ProjectsToken(RefreshToken, SessionToken):
        lifetime = timedelta(days=9)

    token = ProjectsToken.for_user(user)
    assert token.access_token["sid"] == token["sid"]


def test_what_simplejwt_keeps_of_a_token_is_that_token(refresh_token):
    from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

    assert OutstandingToken.objects.get().token == str(refresh_token)


@pytest.mark.trap("T15")
def test_a_login_in_the_second_of_a_cutoff_is_accepted_and_one_before_it_is_not(log_in, user):
    with time_machine.travel(datetime.now(UTC).replace(microsecond=1), tick=True):
        before = pair_of(log_in())
        services.revoke_all(user)
        after = pair_of(log_in())
    assert (status_of(before.access), status_of(after.access)) == (401, 200)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no clock of its own")
@pytest.mark.parametrize("seconds", [-30, 30])
def test_the_clock_of_the_host_that_logs_in_does_not_matter(user, seconds):
    """A token from a slow host is accepted after a cutoff; one from a fast host dies by it."""
    skewed = datetime.now(UTC) + timedelta(seconds=seconds)
    with time_machine.travel(skewed):
        early = RevocableAccessToken.for_user(user)
    services.revoke_all(user)
    with time_machine.travel(skewed):
        late = RevocableAccessToken.for_user(user)
    adapter_says = [services.is_revoked(services.read(str(token))) for token in (early, late)]
    assert adapter_says == [True, False]


def test_wrong_credentials_give_nothing(nobody, user):
    answer = nobody.post("/api/token/", {"username": user.username, "password": "wrong"})
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/api/token/", "/api/token/sliding/"])
def test_a_database_that_fails_is_503(log_in, path):
    with failing_database("auth_user"):
        answer = log_in(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
