"""Refresh within and after ``REFRESH_GRACE_PERIOD``."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from tests.contrib.simplejwt.clients import (
    REVOKED,
    client_with,
    parse_pair,
    refresh,
    response_code,
    status_of,
)
from tests.queries import capture_queries
from token_revocation import services
from token_revocation.contrib.simplejwt._rotation import get_successor_ref
from token_revocation.models import Reason, RevokedToken
from token_revocation.sessions.models import TokenSession
from token_revocation.testing._databases import called_after_query

pytestmark = pytest.mark.usefixtures("rotating", "_storage", "_grace_period")

GRACE_PERIOD = timedelta(seconds=10)


@pytest.fixture
def _grace_period(revocation):
    revocation(REFRESH_GRACE_PERIOD=GRACE_PERIOD)


def travel(seconds):
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds))


def end_grace_periods():
    """Date all rotations back, so that it works with the clock of any database."""
    date_rotations(timezone.now() - 2 * GRACE_PERIOD)


def date_rotations(rotated_at):
    RevokedToken.objects.update(revoked_at=rotated_at)
    TokenSession.objects.update(rotated_at=rotated_at)


def get_rows():
    return [*RevokedToken.objects.values(), *TokenSession.objects.values()]


def get_identity(raw):
    token = RefreshToken(raw)
    return token["jti"], token["exp"], token["sid"], token["auth_time"]


def test_retry_returns_the_same_token(pair):
    first, second = parse_pair(refresh(pair.refresh)), parse_pair(refresh(pair.refresh))
    assert get_identity(first.refresh) == get_identity(second.refresh)
    assert {status_of(first.access), status_of(second.access)} == {200}
    assert OutstandingToken.objects.count() == 2


def test_later_retry_returns_an_equal_token(pair):
    first = parse_pair(refresh(pair.refresh))
    with travel(2):
        assert parse_pair(refresh(pair.refresh)).refresh == first.refresh


def test_retry_inserts_nothing(pair):
    refresh(pair.refresh)
    queries = capture_queries(lambda: refresh(pair.refresh))
    assert not [sql for sql in queries if sql.startswith(("INSERT", "DELETE"))]
    on_outstanding = [sql for sql in queries if "outstandingtoken" in sql]
    assert all("blacklistedtoken" in sql for sql in on_outstanding)


def test_successor_revoked_by_a_concurrent_request_is_not_returned(refresh_token):
    # Revoke it between the check of the successor and the insert for the used token.
    old = services.resolve(str(refresh_token))
    new = get_successor_ref(old)
    assert services.rotate(old, new)
    with called_after_query(lambda: services.revoke(new)):
        assert services.rotate(old, new) is None


def test_retry_after_the_grace_period_is_a_replay(pair):
    newer = parse_pair(refresh(pair.refresh))
    end_grace_periods()
    assert response_code(refresh(pair.refresh)) == REVOKED
    assert status_of(newer.access) == 401


def test_grace_period_of_zero_makes_a_retry_a_replay(revocation, pair):
    revocation(REFRESH_GRACE_PERIOD=timedelta(0))
    refresh(pair.refresh)
    assert response_code(refresh(pair.refresh)) == REVOKED


@pytest.mark.trap("T6")
def test_retry_does_not_extend_the_grace_period(pair):
    refresh(pair.refresh)
    before = get_rows()
    refresh(pair.refresh)
    assert get_rows() == before


def test_retry_does_not_extend_the_expiry_of_the_successor(pair):
    newer = parse_pair(refresh(pair.refresh))
    with travel(5):
        retried = RefreshToken(parse_pair(refresh(pair.refresh)).refresh)
    assert retried["exp"] == RefreshToken(newer.refresh)["exp"]


@pytest.mark.trap("T6")
def test_grace_period_ends_when_the_successor_is_used(pair):
    newest = parse_pair(refresh(parse_pair(refresh(pair.refresh)).refresh))
    assert response_code(refresh(pair.refresh)) == REVOKED
    assert status_of(newest.access) == 401


@pytest.mark.trap("T5")
@pytest.mark.parametrize(
    "revoke",
    [
        lambda pair, user: client_with(pair.access).post("/auth/logout/"),
        lambda pair, user: client_with("").post("/auth/revoke/", {"token": pair.refresh}),
        lambda pair, user: services.revoke(services.resolve(pair.refresh), reason=Reason.ADMIN),
        lambda pair, user: services.revoke_all(user),
    ],
    ids=["logout", "revoke", "service", "everywhere"],
)
@pytest.mark.parametrize("is_used", [True, False])
def test_revoked_token_has_no_grace_period(pair, user, revoke, is_used):
    if is_used:
        refresh(pair.refresh)
    revoke(pair, user)
    assert response_code(refresh(pair.refresh)) == REVOKED


def test_token_with_a_revoked_successor_has_no_grace_period(pair):
    newer = parse_pair(refresh(pair.refresh))
    services.revoke(services.resolve(newer.refresh))
    assert response_code(refresh(pair.refresh)) == REVOKED


def test_revoking_a_used_token_records_reason_and_user(pair, user):
    refresh(pair.refresh)
    services.revoke(services.resolve(pair.refresh), reason=Reason.ADMIN, revoked_by=user, note="n")
    row = RevokedToken.objects.get()
    assert (row.reason, row.revoked_by, row.note) == (Reason.ADMIN, user, "n")
    services.revoke(services.resolve(pair.refresh), reason=Reason.LOGOUT)
    assert RevokedToken.objects.get().reason == Reason.ADMIN


def test_revocation_time_in_the_future_gives_no_grace_period(revocation, pair):
    revocation(REFRESH_GRACE_PERIOD=timedelta(0))
    refresh(pair.refresh)
    date_rotations(timezone.now() + timedelta(seconds=1))
    assert response_code(refresh(pair.refresh)) == REVOKED
