from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connections, transaction

from tests.services.expired_rows import expired_cutoffs, expired_tokens
from tests.threads import requires_concurrent_connections
from token_revocation import services
from token_revocation.clock import now
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services import _opportunistic_purge
from token_revocation.stores import get_store
from token_revocation.testing import make_token
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
TABLES = (RevokedToken, TokenCutoff)


@pytest.fixture(autouse=True)
def _purge_two_rows_on_revoke(settings):
    settings.TOKEN_REVOCATION = {"PURGE_ON_REVOKE": 2}


@pytest.fixture
def call_and_commit(django_capture_on_commit_callbacks):
    """Call a service, and run its callbacks on commit."""

    def call(service, *arguments):
        with django_capture_on_commit_callbacks(execute=True):
            return service(*arguments)

    return call


def count_expired():
    """Return the number of expired rows."""
    return sum(table.objects.filter(expires_at__lt=now()).count() for table in TABLES)


def test_nothing_is_purged_by_default(call_and_commit, settings):
    settings.TOKEN_REVOCATION = {}
    expired_tokens(3)
    call_and_commit(services.revoke, make_token())
    assert count_expired() == 3


def test_revocation_deletes_configured_number_of_expired_rows(call_and_commit):
    expired_tokens(5)
    call_and_commit(services.revoke, make_token())
    assert count_expired() == 3


def test_oldest_rows_are_deleted_first(call_and_commit):
    expired_tokens(2, since=5 * HOUR)
    younger = expired_tokens(2, since=3 * HOUR)
    call_and_commit(services.revoke, make_token())
    left = RevokedToken.objects.filter(expires_at__lt=now())
    assert {row.key for row in left} == {token.key for token in younger}


def test_cutoff_deletes_expired_rows_of_both_tables(call_and_commit):
    expired_tokens(3)
    expired_cutoffs(3)
    call_and_commit(services.revoke_session, "s")
    assert RevokedToken.objects.count() == 1
    assert TokenCutoff.objects.count() == 2


def test_deleted_rows_are_proportional_to_revoked_tokens(call_and_commit):
    expired_tokens(9)
    call_and_commit(services.revoke_many, [make_token() for _ in range(4)])
    assert count_expired() == 1


def test_deleted_rows_have_a_maximum(call_and_commit, monkeypatch):
    monkeypatch.setattr(_opportunistic_purge, "MAX_ROWS", 3)
    expired_tokens(9)
    call_and_commit(services.revoke_many, [make_token() for _ in range(4)])
    assert count_expired() == 6


def test_repeated_revocation_deletes_nothing(call_and_commit):
    token = make_token()
    services.revoke(token)
    expired_tokens(3)
    call_and_commit(services.revoke, token)
    assert count_expired() == 3


def test_rows_are_kept_during_grace_period(call_and_commit, settings):
    settings.TOKEN_REVOCATION = {"PURGE_ON_REVOKE": 2, "PURGE_GRACE_PERIOD": 2 * HOUR}
    expired_tokens(2, since=HOUR)
    call_and_commit(services.revoke, make_token())
    assert count_expired() == 2


def test_slow_queries_pause_purge_of_cutoffs(call_and_commit, monkeypatch):
    monkeypatch.setattr(_opportunistic_purge, "SLOW_QUERY_SECONDS", -1.0)
    monkeypatch.setattr(_opportunistic_purge, "_resume_at", float("-inf"))
    monkeypatch.setattr(_opportunistic_purge, "PAUSE_FACTOR", 10**9)
    expired_tokens(4)
    expired_cutoffs(4)
    for left in (4, 2):
        call_and_commit(services.revoke_session, "s")
        assert count_expired() == left


def test_lookup_deletes_nothing(call_and_commit):
    expired_tokens(2)
    call_and_commit(services.is_revoked, make_token())
    call_and_commit(services.resolve, "x")
    assert count_expired() == 2


@pytest.mark.parametrize("words", [("DELETE",), ("token_revocation_tokencutoff", "expires_at")])
def test_failed_purge_does_not_fail_revocation(call_and_commit, caplog, words):
    expired_tokens(2)
    token = make_token()
    with failing_database(*words):
        assert call_and_commit(services.revoke, token)
    assert get_store().is_revoked(token)
    assert caplog.text.count("Revocation database error") == 1


def test_table_size_is_bounded_without_scheduled_purge(call_and_commit, settings, user):
    """Revoke tokens with a lifetime of an hour every ten minutes for days."""
    settings.TOKEN_REVOCATION = {"PURGE_ON_REVOKE": 2, "AUTHTOKEN_TTL": HOUR}
    sizes, start = [], now()
    for number in range(300):
        with time_machine.travel(start + number * timedelta(minutes=10), tick=False):
            call_and_commit(services.revoke, make_token(expires_at=now() + HOUR))
            call_and_commit(services.revoke_all, user)
            sizes += [table.objects.count() for table in TABLES]
    assert max(sizes[100:]) == max(sizes[:100]) < 20


def revoke_and_fail():
    services.revoke(make_token())
    raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_purge_runs_on_commit():
    expired_tokens(4)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        revoke_and_fail()
    assert count_expired() == 4
    with transaction.atomic():
        services.revoke(make_token())
        assert count_expired() == 4
    assert count_expired() == 2


@pytest.mark.django_db(transaction=True)
@requires_concurrent_connections
def test_concurrent_purges_do_not_fail_or_deadlock(caplog):
    expired_tokens(500)
    expired_cutoffs(500)
    barrier = threading.Barrier(4, timeout=30)

    def work(_):
        barrier.wait()
        try:
            for number in range(25):
                services.revoke(make_token())
                services.revoke_session(f"{number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert caplog.text == ""
    # 200 revocations, two rows of each table for each of them.
    assert count_expired() == 1000 - 200 * 2 * 2
