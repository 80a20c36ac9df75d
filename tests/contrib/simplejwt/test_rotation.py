"""A refresh token is good for one refresh, and whoever uses it again ends the session."""

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
    answer_code,
    pair_of,
    refresh,
    status_of,
)
from tests.views.failing import database_that_cannot_store_a_cutoff, failing_database
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken
from token_revocation.models import Reason, RevokedToken, TokenCutoff

pytestmark = pytest.mark.usefixtures("rotating")


def generations(pair, count):
    """A pair and its descendants, the oldest first."""
    pairs = [pair]
    for _ in range(count):
        pairs.append(pair_of(refresh(pairs[-1].refresh)))
    return pairs


@pytest.mark.spec("RFC 9700", "4.14.2")
def test_a_new_refresh_token_is_issued_and_the_old_one_is_used_up(pair, user):
    newer = pair_of(refresh(pair.refresh))
    assert newer.refresh != pair.refresh
    row = RevokedToken.objects.get()
    assert (row.key, row.reason) == (services.read(pair.refresh).key, Reason.ROTATED)
    assert (row.user, row.revoked_by) == (user, None)


def test_claims_of_the_project_are_kept(refresh_token):
    refresh_token["role"] = "editor"
    newer = pair_of(refresh(str(refresh_token)))
    assert RefreshToken(newer.refresh)["role"] == "editor"


def test_the_new_token_lives_from_now_on(refresh_token):
    refresh_token.set_exp(lifetime=timedelta(hours=1))
    newer = RefreshToken(pair_of(refresh(str(refresh_token))).refresh)
    assert newer["exp"] - newer["iat"] == timedelta(days=1).total_seconds()


def test_simplejwt_hears_of_the_new_token(pair):
    newer = pair_of(refresh(pair.refresh))
    assert OutstandingToken.objects.order_by("pk").last().token == newer.refresh


@pytest.mark.trap("T13")
@pytest.mark.spec("RFC 9700", "4.14.2")
@pytest.mark.parametrize("age", [0, 1, 3])
def test_a_token_used_twice_ends_the_session(pair, heard, age):
    family = generations(pair, 4)
    replayed = family[age].refresh
    assert answer_code(refresh(replayed)) == REVOKED
    assert [told["token"] for told in heard] == [services.read(replayed)]
    assert {status_of(each.access) for each in family} == {401}
    assert refresh(family[-1].refresh).status_code == 401


def test_the_end_of_the_session_says_why(pair):
    generations(pair, 1)
    refresh(pair.refresh)
    row = TokenCutoff.objects.get()
    assert (row.subject_type, row.reason) == ("session", Reason.REUSED)


def test_a_replay_is_logged_and_the_log_holds_no_token(pair, caplog, user):
    generations(pair, 1)
    with caplog.at_level("CRITICAL", "token_revocation"):
        refresh(pair.refresh)
    (logged,) = (r for r in caplog.records if r.levelname == "CRITICAL")
    fingerprint = services.read(pair.refresh).fingerprint
    assert logged.getMessage() == f"authn_token_reuse:{user.pk},{fingerprint}"


def test_the_replay_of_a_token_of_nobody_is_refused_too(db):
    raw = str(RefreshToken())
    assert [refresh(raw).status_code for _ in range(2)] == [200, 401]


def test_replaying_on_and_on_writes_nothing_more(pair):
    generations(pair, 1)
    for _ in range(3):
        assert answer_code(refresh(pair.refresh)) == REVOKED
    assert (RevokedToken.objects.count(), TokenCutoff.objects.count()) == (1, 1)


def test_other_sessions_go_on(pair, user):
    other = str(RefreshToken.for_user(user))
    generations(pair, 1)
    refresh(pair.refresh)
    assert refresh(other).status_code == 200


def test_a_token_that_was_revoked_and_is_used_ends_the_session_too(refresh_token):
    access = str(refresh_token.access_token)
    services.revoke(services.read(str(refresh_token)))
    assert status_of(access) == 200
    assert answer_code(refresh(str(refresh_token))) == REVOKED
    assert status_of(access) == 401


def test_a_token_refused_by_a_cutoff_writes_nothing(pair, user):
    services.revoke_all(user)
    for _ in range(2):
        assert answer_code(refresh(pair.refresh)) == REVOKED
    assert not RevokedToken.objects.exists()
    assert TokenCutoff.objects.count() == 1


def test_the_replay_of_a_token_that_simplejwt_issued_ends_its_session(user):
    old = RefreshToken.for_user(user)
    newer = pair_of(refresh(str(old)))
    assert answer_code(refresh(str(old))) == REVOKED
    assert status_of(newer.access) == 401
    assert refresh(newer.refresh).status_code == 401


def test_a_session_that_could_not_be_ended_is_ended_by_the_next_replay(pair):
    newer = generations(pair, 1)[-1]
    with database_that_cannot_store_a_cutoff():
        assert refresh(pair.refresh).status_code == 503
    assert status_of(newer.access) == 200
    assert answer_code(refresh(pair.refresh)) == REVOKED
    assert status_of(newer.access) == 401


def test_a_token_that_could_not_be_minted_is_not_used_up(pair):
    with failing_database("INSERT", "outstandingtoken"):
        assert refresh(pair.refresh).status_code == 503
    assert not RevokedToken.objects.exists()
    assert refresh(pair.refresh).status_code == 200


def queries_of(raw):
    """What a refresh asks the database, as a list of verbs."""
    with CaptureQueriesContext(connection) as asked:
        refresh(raw)
    return [query["sql"].split()[0] for query in asked]


@pytest.mark.trap("T19")
@pytest.mark.parametrize("which", [0, -1], ids=["replay", "refresh"])
def test_an_answer_costs_the_same_however_large_the_family(pair, user, which):
    other = Pair(refresh=str(RevocableRefreshToken.for_user(user)), access="")
    small, large = generations(pair, 2), generations(other, 30)
    few, many = queries_of(small[which].refresh), queries_of(large[which].refresh)
    assert few == many
    assert len(many) < 25


@pytest.mark.trap("T22")
def test_a_purge_before_its_expiry_does_not_forget_that_a_token_was_used(pair):
    newer = generations(pair, 1)[-1]
    with time_machine.travel(timedelta(hours=23)):
        assert services.purge() == 0
        assert answer_code(refresh(pair.refresh)) == REVOKED
        assert refresh(newer.refresh).status_code == 401


def test_a_purge_after_it_lets_nobody_in(pair):
    generations(pair, 1)
    with time_machine.travel(timedelta(hours=26)):
        assert services.purge() == 1
        assert answer_code(refresh(pair.refresh)) == (401, "token_not_valid")
