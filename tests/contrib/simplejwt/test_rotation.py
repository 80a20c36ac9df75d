"""Rotation: a refresh token is usable once, and its reuse revokes the session."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from tests.contrib.simplejwt.clients import (
    REVOKED,
    Pair,
    parse_pair,
    refresh,
    response_code,
    status_of,
)
from tests.views.outages import failing_cutoff_insert
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.sessions.models import TokenSession
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.usefixtures("rotating", "_storage")


def rotate(pair, count):
    """Refresh ``count`` times, and return all pairs, the oldest first."""
    pairs = [pair]
    for _ in range(count):
        pairs.append(parse_pair(refresh(pairs[-1].refresh)))
    return pairs


@pytest.mark.spec("RFC 9700", "4.14.2")
def test_rotation_issues_a_new_refresh_token_and_invalidates_the_old_one(pair, user):
    newer = parse_pair(refresh(pair.refresh))
    assert newer.refresh != pair.refresh
    for row in RevokedToken.objects.all():
        assert (row.key, row.reason) == (services.resolve(pair.refresh).key, Reason.ROTATED)
        assert (row.user, row.revoked_by) == (user, None)
    for row in TokenSession.objects.all():
        assert row.current_key == services.resolve(newer.refresh).key
    assert RevokedToken.objects.count() + TokenSession.objects.count() == 1


def test_custom_claims_are_kept(refresh_token):
    refresh_token["role"] = "editor"
    newer = parse_pair(refresh(str(refresh_token)))
    assert RefreshToken(newer.refresh)["role"] == "editor"


def test_new_token_has_a_full_lifetime(refresh_token):
    refresh_token.set_exp(lifetime=timedelta(hours=1))
    newer = RefreshToken(parse_pair(refresh(str(refresh_token))).refresh)
    assert newer["exp"] - newer["iat"] == timedelta(days=1).total_seconds()


def test_new_token_is_outstanding(pair):
    newer = parse_pair(refresh(pair.refresh))
    assert OutstandingToken.objects.order_by("pk").last().token == newer.refresh


@pytest.mark.trap("T13")
@pytest.mark.spec("RFC 9700", "4.14.2")
@pytest.mark.parametrize("age", [0, 1, 3])
def test_reused_refresh_token_revokes_the_session(pair, revoked_token_uses, age):
    family = rotate(pair, 4)
    replayed = family[age].refresh
    assert response_code(refresh(replayed)) == REVOKED
    assert [use["token"] for use in revoked_token_uses] == [services.resolve(replayed)]
    assert {status_of(each.access) for each in family} == {401}
    assert refresh(family[-1].refresh).status_code == 401


def test_reuse_is_recorded_as_the_reason(pair):
    rotate(pair, 1)
    refresh(pair.refresh)
    row = TokenCutoff.objects.get()
    assert (row.subject_type, row.reason) == ("session", Reason.REUSED)


def test_reuse_is_logged_without_the_token(pair, caplog, user):
    rotate(pair, 1)
    with caplog.at_level("CRITICAL", "token_revocation"):
        refresh(pair.refresh)
    (logged,) = (r for r in caplog.records if r.levelname == "CRITICAL")
    fingerprint = services.resolve(pair.refresh).fingerprint
    assert logged.getMessage() == f"authn_token_reuse:{user.pk},{fingerprint}"


def test_reused_token_without_a_user_is_rejected(db):
    raw = str(RefreshToken())
    assert [refresh(raw).status_code for _ in range(2)] == [200, 401]


def test_repeated_reuse_writes_nothing_more(pair):
    rotate(pair, 1)
    used = RevokedToken.objects.count()
    for _ in range(3):
        assert response_code(refresh(pair.refresh)) == REVOKED
    assert (RevokedToken.objects.count(), TokenCutoff.objects.count()) == (used, 1)


def test_reuse_does_not_revoke_other_sessions(pair, user):
    other = str(RefreshToken.for_user(user))
    rotate(pair, 1)
    refresh(pair.refresh)
    assert refresh(other).status_code == 200


def test_use_of_a_revoked_token_revokes_the_session(refresh_token):
    access = str(refresh_token.access_token)
    services.revoke(services.resolve(str(refresh_token)))
    assert status_of(access) == 200
    assert response_code(refresh(str(refresh_token))) == REVOKED
    assert status_of(access) == 401


def test_token_rejected_by_a_cutoff_writes_nothing(pair, user):
    services.revoke_all(user)
    for _ in range(2):
        assert response_code(refresh(pair.refresh)) == REVOKED
    assert not RevokedToken.objects.exists()
    assert TokenCutoff.objects.count() == 1


def test_reuse_of_a_token_of_simplejwt_revokes_its_session(user):
    old = RefreshToken.for_user(user)
    newer = parse_pair(refresh(str(old)))
    assert response_code(refresh(str(old))) == REVOKED
    assert status_of(newer.access) == 401
    assert refresh(newer.refresh).status_code == 401


def test_next_reuse_revokes_the_session_after_a_failure(pair):
    newer = rotate(pair, 1)[-1]
    with failing_cutoff_insert():
        assert refresh(pair.refresh).status_code == 503
    assert status_of(newer.access) == 200
    assert response_code(refresh(pair.refresh)) == REVOKED
    assert status_of(newer.access) == 401


def test_failed_rotation_keeps_the_token_usable(pair):
    with failing_database("INSERT", "outstandingtoken"):
        assert refresh(pair.refresh).status_code == 503
    assert not RevokedToken.objects.exists()
    assert refresh(pair.refresh).status_code == 200


def get_statement_types(raw):
    """Return the type of each SQL statement of a refresh, such as ``SELECT``."""
    with CaptureQueriesContext(connection) as queries:
        refresh(raw)
    return [query["sql"].split()[0] for query in queries]


@pytest.mark.trap("T19")
@pytest.mark.parametrize("index", [0, -1], ids=["replay", "refresh"])
def test_number_of_rotations_does_not_change_the_queries(pair, user, index):
    other = Pair(refresh=str(RevocableRefreshToken.for_user(user)), access="")
    small, large = rotate(pair, 2), rotate(other, 30)
    few, many = get_statement_types(small[index].refresh), get_statement_types(large[index].refresh)
    assert few == many
    assert len(many) < 25


@pytest.mark.trap("T22")
def test_purge_before_the_expiry_keeps_used_tokens_rejected(pair):
    newer = rotate(pair, 1)[-1]
    with time_machine.travel(timedelta(hours=23)):
        assert services.purge() == 0
        assert response_code(refresh(pair.refresh)) == REVOKED
        assert refresh(newer.refresh).status_code == 401


def test_purge_after_the_expiry_accepts_no_token(pair):
    rotate(pair, 1)
    used = RevokedToken.objects.count()
    with time_machine.travel(timedelta(hours=26)):
        assert services.purge() == used
        assert response_code(refresh(pair.refresh)) == (401, "token_not_valid")
