"""The list of sessions of a user with JWTs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils.dateparse import parse_datetime
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from tests.contrib.simplejwt.clients import client_with, parse_pair, refresh, status_of
from tests.factories import UserFactory
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import (
    RevocableRefreshToken,
    RevocableSlidingToken,
)


def list_sessions(client):
    return client.get("/auth/tokens/").json()


def test_session_is_listed_with_its_login_time(client, refresh_token):
    (session,) = list_sessions(client)
    login = datetime.fromtimestamp(refresh_token["auth_time"], UTC)
    assert parse_datetime(session["issued_at"]) == login
    assert parse_datetime(session["expires_at"]).timestamp() == refresh_token["exp"]
    assert (session["kind"], session["current"]) == ("simplejwt", True)


def test_refreshed_session_is_listed_once(rotating, client, pair):
    (before,) = list_sessions(client)
    newest = parse_pair(refresh(parse_pair(refresh(pair.refresh)).refresh))
    assert OutstandingToken.objects.count() == 3
    (after,) = list_sessions(client_with(newest.access))
    assert after["id"] == before["id"]
    assert after["current"] is True


def test_only_the_session_of_the_request_is_current(client, user):
    RevocableRefreshToken.for_user(user)
    RevocableRefreshToken.for_user(UserFactory())
    assert [session["current"] for session in list_sessions(client)] == [False, True]


def test_refreshed_session_is_revoked_by_its_id(rotating, client, pair):
    (session,) = list_sessions(client)
    newest = parse_pair(refresh(pair.refresh))
    assert client.delete(f"/auth/tokens/{session['id']}/").status_code == 204
    assert status_of(newest.access) == 401
    assert refresh(newest.refresh).status_code == 401


def test_session_of_another_user_is_not_found(client, user):
    other = RevocableRefreshToken.for_user(UserFactory())
    (session,) = list_sessions(client_with(str(other.access_token)))
    assert client.delete(f"/auth/tokens/{session['id']}/").status_code == 404
    assert status_of(str(other.access_token)) == 200


@pytest.mark.parametrize("revoke", [services.log_out, services.revoke])
def test_revoked_session_is_not_list_sessions(client, user, revoke):
    other = RevocableRefreshToken.for_user(user)
    revoke(services.resolve(str(other)))
    assert len(list_sessions(client)) == 1


def test_blacklisted_session_is_not_list_sessions(client, user):
    RevocableRefreshToken.for_user(user).blacklist()
    assert len(list_sessions(client)) == 1


def test_expired_session_is_not_list_sessions(client, user):
    later = datetime.now(UTC) + timedelta(days=1, seconds=1)
    with time_machine.travel(later, tick=False):
        new = RevocableRefreshToken.for_user(user)
        assert len(list_sessions(client_with(str(new.access_token)))) == 1


def test_undecodable_token_is_not_list_sessions(client):
    OutstandingToken.objects.update(token="x")
    assert list_sessions(client) == []


def test_token_without_a_jti_is_not_list_sessions(client, refresh_token):
    refresh_token.payload["jti"] = ""
    OutstandingToken.objects.update(token=str(refresh_token))
    assert list_sessions(client) == []


def test_sliding_token_is_listed_until_it_cannot_be_refreshed(simple_jwt, user):
    simple_jwt(AUTH_TOKEN_CLASSES=("rest_framework_simplejwt.tokens.SlidingToken",))
    raw = str(RevocableSlidingToken.for_user(user))
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        assert len(services.active_tokens(user)) == 1
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1, minutes=6)):
        assert services.active_tokens(user) == []
    assert len(list_sessions(client_with(raw))) == 1


def test_list_contains_no_token(client, pair):
    text = client.get("/auth/tokens/").text
    assert pair.refresh not in text
    assert pair.access not in text


@pytest.mark.parametrize("sessions", [1, 20])
def test_number_of_sessions_does_not_change_the_queries(
    client, user, sessions, django_assert_num_queries
):
    for _ in range(sessions):
        RevocableRefreshToken.for_user(user)
    list_sessions(client)
    with django_assert_num_queries(2 + 3):
        list_sessions(client)


def test_stateless_user_can_list_sessions(pair):
    response = client_with(pair.access).get("/stateless/auth/tokens/")
    assert [session["current"] for session in response.json()] == [True]
