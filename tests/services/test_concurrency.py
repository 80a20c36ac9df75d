"""Concurrent revocations of the same token: one inserts the row, none fails."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tests.threads import (
    ISOLATION_LEVELS,
    isolation_level,
    requires_concurrent_connections,
    requires_isolation_levels,
    run_in_threads,
)
from token_revocation import services
from token_revocation.clock import now
from token_revocation.models import Reason, RevokedToken
from token_revocation.services._persistence import store_revocations
from token_revocation.testing import make_token

THREADS = 6

pytestmark = [
    pytest.mark.django_db(transaction=True),
    requires_concurrent_connections,
    requires_isolation_levels,
]


@pytest.mark.trap("T13")
@pytest.mark.parametrize("level", ISOLATION_LEVELS)
def test_only_first_of_two_concurrent_calls_revokes(level):
    token = make_token()
    second_started, stored = threading.Event(), threading.Event()

    def first():
        with isolation_level(level), transaction.atomic():
            created = services.revoke(token)
            stored.set()
            assert second_started.wait(10)
            return created

    def second():
        with isolation_level(level):
            assert stored.wait(10)
            threading.Timer(0.5, second_started.set).start()
            return services.revoke(token)

    with ThreadPoolExecutor(2) as pool:
        results = [pool.submit(first), pool.submit(second)]
    assert [result.result() for result in results] == [True, False]
    assert RevokedToken.objects.count() == 1


HOUR = timedelta(hours=1)
TOKENS = {
    "rotated": lambda token: (token, Reason.ROTATED),
    "earlier expiry": lambda token: (replace(token, expires_at=now() + HOUR), "earlier"),
}


def count_waiting_transactions():
    """Return the number of transactions that wait for a lock in this database."""
    sql = {
        "postgresql": "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'",
        "mysql": "SELECT count(*) FROM information_schema.innodb_trx t"
        " JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id"
        " WHERE p.db = database() AND t.trx_state = 'LOCK WAIT'",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql[connection.vendor])
        return cursor.fetchone()[0]


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.3)  # InnoDB refreshes this information at most every 0.1 seconds.


@pytest.mark.parametrize("before", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("level", ISOLATION_LEVELS)
def test_concurrent_updates_of_uncommitted_row_do_not_deadlock(level, before):
    """Each failed insert leaves a shared lock, so a stronger lock would be a deadlock."""
    token = make_token(expires_at=now() + 2 * HOUR)
    earlier, reason = before(token)
    stored, all_waiting = threading.Event(), threading.Event()

    def store():
        with isolation_level(level), transaction.atomic():
            store_revocations([earlier], connection.alias, {"reason": reason, "revoked_at": now()})
            stored.set()
            assert all_waiting.wait(90)

    def revoke():
        with isolation_level(level):
            assert stored.wait(30)
            return services.revoke(token, reason="theft")

    with ThreadPoolExecutor(2) as pool:
        storing = pool.submit(store)
        revoking = pool.submit(run_in_threads, revoke, threads=THREADS)
        wait_for(lambda: count_waiting_transactions() == THREADS)
        all_waiting.set()
    storing.result()
    assert revoking.result() == [False] * THREADS
    row = RevokedToken.objects.get()
    assert row.expires_at == token.expires_at
    assert row.reason == ("theft" if reason == Reason.ROTATED else reason)
