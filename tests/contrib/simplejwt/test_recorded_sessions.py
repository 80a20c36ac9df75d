"""JWTs of sessions that have a row: rotation at constant size, and tokens without their row."""

from __future__ import annotations

from datetime import timedelta
from uuid import RFC_4122

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from tests.contrib.simplejwt.clients import REVOKED, parse_pair, refresh, response_code, status_of
from tests.factories import UserFactory
from token_revocation import services
from token_revocation.contrib.simplejwt._claims import RECORDED_CLAIM
from token_revocation.contrib.simplejwt.tokens import (
    RevocableRefreshToken,
    RevocableSlidingToken,
    new_session_id,
)
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import record_uses
from token_revocation.stores.snapshot._loader import load

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rotating")]

REFRESHES = 500
TABLE = TokenSession._meta.db_table


def verify(raw):
    return APIClient().post("/api/token/verify/", {"token": raw})


def refresh_sliding(raw):
    return APIClient().post("/api/token/sliding/refresh/", {"token": raw})


def row_of(raw):
    return TokenSession.objects.get(pk=services.resolve(raw).subject("session").id)


@pytest.fixture
def family(pair):
    """The raw refresh tokens of a session after many refreshes, the oldest first."""
    raws = [pair.refresh]
    for _ in range(REFRESHES):
        raws.append(parse_pair(refresh(raws[-1])).refresh)
    return raws


def test_many_refreshes_leave_one_row(family):
    assert TokenSession.objects.get().current_key == services.resolve(family[-1]).key
    assert not RevokedToken.objects.exists()
    assert len(load("default").timestamps) == 0


@pytest.mark.spec("RFC 9700", "4.14.2")
def test_each_older_token_is_rejected_and_the_first_ends_the_session(family):
    older, newest = family[:-1], family[-1]
    access = RefreshToken(newest).access_token
    assert {verify(raw).status_code for raw in older} == {401}
    assert (status_of(access), verify(newest).status_code) == (200, 200)
    assert {response_code(refresh(raw)) for raw in older} == {REVOKED}
    assert TokenCutoff.objects.get().reason == Reason.REUSED
    assert {status_of(access), verify(newest).status_code, refresh(newest).status_code} == {401}
    assert not RevokedToken.objects.exists()


@pytest.mark.spec("RFC 9562", "5.7")
def test_session_ids_are_ordered_by_time():
    with time_machine.travel(timezone.now() - timedelta(hours=1), tick=False):
        older = new_session_id()
        assert new_session_id().int >> 80 == older.int >> 80
    newer = new_session_id()
    assert older < newer
    assert {older.version, newer.version} == {7}
    assert older.variant == RFC_4122


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Only PostgreSQL has HOT updates.")
def test_pages_have_space_for_updates():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [TABLE])
        assert cursor.fetchone()[0] == ["fillfactor=90"]


def test_no_index_contains_a_column_that_a_refresh_changes(pair):
    before = TokenSession.objects.values().get()
    refresh(pair.refresh)
    after = TokenSession.objects.values().get()
    changed = {name for name in before if before[name] != after[name]} | {"expires_at"}
    assert changed == {"current_key", "previous_key", "rotated_at", "last_used_at", "expires_at"}
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, TABLE).values()
    assert not changed & {column for each in constraints for column in each["columns"]}


def test_expiry_follows_the_newest_token(pair):
    purge_after = row_of(pair.refresh).purge_after
    newer = parse_pair(refresh(pair.refresh)).refresh
    row = row_of(newer)
    assert row.expires_at == services.resolve(newer).expires_at
    assert row.purge_after == purge_after
    assert row.last_used_at == row.rotated_at


def test_login_marks_refresh_tokens_only(pair):
    assert RefreshToken(pair.refresh)[RECORDED_CLAIM] is True
    assert RECORDED_CLAIM not in AccessToken(pair.access)
    newer = parse_pair(refresh(pair.refresh))
    assert RefreshToken(newer.refresh)[RECORDED_CLAIM] is True
    assert RECORDED_CLAIM not in AccessToken(newer.access)


@pytest.mark.parametrize("is_rotating", [True, False])
def test_marked_token_without_a_row_is_rejected(pair, simple_jwt, is_rotating):
    simple_jwt(ROTATE_REFRESH_TOKENS=is_rotating)
    TokenSession.objects.all().delete()
    assert response_code(refresh(pair.refresh)) == REVOKED
    assert response_code(verify(pair.refresh)) == REVOKED
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()


def test_row_that_an_access_token_has_made_accepts_no_refresh_token(pair):
    TokenSession.objects.update(current_key=None)
    assert response_code(refresh(pair.refresh)) == REVOKED
    assert status_of(pair.access) == 200
    assert not TokenCutoff.objects.exists()


@pytest.mark.parametrize("is_rotating", [True, False])
def test_marked_token_is_rejected_after_the_app_was_removed(pair, simple_jwt, is_rotating, request):
    simple_jwt(ROTATE_REFRESH_TOKENS=is_rotating)
    request.getfixturevalue("without_sessions_app")
    assert response_code(refresh(pair.refresh)) == REVOKED
    assert response_code(verify(pair.refresh)) == REVOKED


def test_session_recorded_as_ended_is_not_refreshed(pair):
    row = row_of(pair.refresh)
    TokenSession.objects.update(ended_at=row.created_at)
    assert response_code(refresh(pair.refresh)) == REVOKED
    assert response_code(verify(pair.refresh)) == REVOKED


def test_replaced_token_is_rejected_without_rotation(pair, simple_jwt):
    newer = parse_pair(refresh(pair.refresh)).refresh
    simple_jwt(ROTATE_REFRESH_TOKENS=False)
    assert response_code(refresh(pair.refresh)) == REVOKED
    assert refresh(newer).status_code == 200


def test_replaced_token_is_rejected_by_an_authentication_class(pair, simple_jwt):
    simple_jwt(
        ROTATE_REFRESH_TOKENS=True,
        AUTH_TOKEN_CLASSES=("rest_framework_simplejwt.tokens.UntypedToken",),
    )
    newer = parse_pair(refresh(pair.refresh)).refresh
    assert [status_of(pair.refresh), status_of(newer)] == [401, 200]
    assert [status_of(raw, "/stateless/protected/") for raw in (pair.refresh, newer)] == [401, 200]


def test_access_token_never_needs_the_row(pair, django_assert_max_num_queries):
    with django_assert_max_num_queries(2) as queries:
        assert status_of(pair.access) == 200
    assert not [q for q in queries.captured_queries if "token_sessions" in q["sql"]]


def test_access_token_of_simplejwts_own_class_is_accepted(pair):
    copied = str(RefreshToken(pair.refresh).access_token)
    assert RECORDED_CLAIM in AccessToken(copied)
    assert [status_of(copied), verify(copied).status_code] == [200, 200]


def test_sessions_of_two_users_are_separate(pair):
    other = str(RevocableRefreshToken.for_user(UserFactory()))
    refresh(pair.refresh)
    refresh(pair.refresh)
    assert refresh(other).status_code == 200


def test_refresh_of_a_sliding_token_updates_the_row(user, simple_jwt):
    simple_jwt(AUTH_TOKEN_CLASSES=("rest_framework_simplejwt.tokens.SlidingToken",))
    raw = str(RevocableSlidingToken.for_user(user))
    before = row_of(raw)
    newer = refresh_sliding(raw).json()["token"]
    row = row_of(newer)
    assert row.last_used_at > before.last_used_at
    assert row.expires_at == services.resolve(newer).expires_at
    assert [status_of(raw), status_of(newer)] == [200, 200]


def test_sliding_token_without_a_row_is_not_refreshed(user):
    raw = str(RevocableSlidingToken.for_user(user))
    TokenSession.objects.all().delete()
    assert response_code(refresh_sliding(raw)) == REVOKED


def test_older_sliding_token_is_refreshed_after_its_first_use(user, simple_jwt):
    simple_jwt(AUTH_TOKEN_CLASSES=("rest_framework_simplejwt.tokens.SlidingToken",))
    token = RevocableSlidingToken.for_user(user)
    del token.payload[RECORDED_CLAIM]  # Issued before the app was installed.
    TokenSession.objects.all().delete()
    assert status_of(str(token)) == 200
    record_uses()
    newer = refresh_sliding(str(token)).json()["token"]
    assert row_of(newer).expires_at == services.resolve(newer).expires_at
    assert refresh_sliding(newer).status_code == 200
