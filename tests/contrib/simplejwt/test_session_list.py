from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils.dateparse import parse_datetime
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from tests.contrib.simplejwt.clients import pair_of, refresh, sending, status_of
from tests.factories import UserFactory
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import (
    RevocableRefreshToken,
    RevocableSlidingToken,
)


def listed(client):
    return client.get("/auth/tokens/").json()


def test_a_session_is_listed_with_the_moment_of_its_login(client, refresh_token):
    (session,) = listed(client)
    login = datetime.fromtimestamp(refresh_token["auth_time"], UTC)
    assert parse_datetime(session["issued_at"]) == login
    assert parse_datetime(session["expires_at"]).timestamp() == refresh_token["exp"]
    assert (session["kind"], session["current"]) == ("simplejwt", True)


def test_a_session_is_one_however_often_it_was_refreshed(rotating, client, pair):
    (before,) = listed(client)
    newest = pair_of(refresh(pair_of(refresh(pair.refresh)).refresh))
    assert OutstandingToken.objects.count() == 3
    (after,) = listed(sending(newest.access))
    assert after["id"] == before["id"]
    assert after["current"] is True


def test_other_sessions_are_listed_and_not_current(client, user):
    RevocableRefreshToken.for_user(user)
    RevocableRefreshToken.for_user(UserFactory())
    assert [session["current"] for session in listed(client)] == [False, True]


def test_a_session_is_ended_by_its_id_after_it_was_refreshed(rotating, client, pair):
    (session,) = listed(client)
    newest = pair_of(refresh(pair.refresh))
    assert client.delete(f"/auth/tokens/{session['id']}/").status_code == 204
    assert status_of(newest.access) == 401
    assert refresh(newest.refresh).status_code == 401


def test_the_session_of_another_user_does_not_exist(client, user):
    other = RevocableRefreshToken.for_user(UserFactory())
    (session,) = listed(sending(str(other.access_token)))
    assert client.delete(f"/auth/tokens/{session['id']}/").status_code == 404
    assert status_of(str(other.access_token)) == 200


@pytest.mark.parametrize("end", [services.log_out, services.revoke])
def test_a_session_that_was_ended_is_not_listed(client, user, end):
    other = RevocableRefreshToken.for_user(user)
    end(services.read(str(other)))
    assert len(listed(client)) == 1


def test_a_session_that_simplejwt_ended_is_not_listed(client, user):
    RevocableRefreshToken.for_user(user).blacklist()
    assert len(listed(client)) == 1


def test_a_session_that_has_expired_is_not_listed(client, user):
    later = datetime.now(UTC) + timedelta(days=1, seconds=1)
    with time_machine.travel(later, tick=False):
        new = RevocableRefreshToken.for_user(user)
        assert len(listed(sending(str(new.access_token)))) == 1


def test_a_token_that_could_not_be_verified_any_more_is_not_listed(client):
    OutstandingToken.objects.update(token="x")
    assert listed(client) == []


def test_a_token_that_nobody_could_name_is_not_listed(client, refresh_token):
    refresh_token.payload["jti"] = ""
    OutstandingToken.objects.update(token=str(refresh_token))
    assert listed(client) == []


def test_a_sliding_token_is_listed_as_long_as_it_can_be_refreshed(simple_jwt, user):
    simple_jwt(AUTH_TOKEN_CLASSES=("rest_framework_simplejwt.tokens.SlidingToken",))
    raw = str(RevocableSlidingToken.for_user(user))
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        assert len(services.active_tokens(user)) == 1
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1, minutes=6)):
        assert services.active_tokens(user) == []
    assert len(listed(sending(raw))) == 1


def test_the_list_holds_no_token(client, pair):
    text = client.get("/auth/tokens/").text
    assert pair.refresh not in text
    assert pair.access not in text


@pytest.mark.parametrize("sessions", [1, 20])
def test_listing_costs_three_queries_however_many_sessions(
    client, user, sessions, django_assert_num_queries
):
    for _ in range(sessions):
        RevocableRefreshToken.for_user(user)
    listed(client)
    with django_assert_num_queries(2 + 3):
        listed(client)


def test_a_user_without_a_row_can_list_sessions_too(pair):
    answer = sending(pair.access).get("/stateless/auth/tokens/")
    assert [session["current"] for session in answer.json()] == [True]
