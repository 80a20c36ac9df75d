"""Transactions that revoke the same token: the unique key decides, and none fails."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tests.threads import (
    at_once,
    isolated,
    knows_levels_of_isolation,
    needs_several_connections,
)
from token_revocation import services
from token_revocation.clock import now
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import Reason, RevokedToken
from token_revocation.services.recording import record
from token_revocation.testing import make_token

REPEATABLE_READ = "REPEATABLE READ"
THREADS = 6
LEVELS = ["READ COMMITTED", REPEATABLE_READ]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    needs_several_connections,
    knows_levels_of_isolation,
]


@pytest.mark.trap("T13")
@pytest.mark.parametrize("level", LEVELS)
def test_one_of_two_calls_at_once_is_the_first(level):
    token = make_token()
    begun, stored = threading.Event(), threading.Event()

    def first():
        with isolated(level), transaction.atomic():
            created = services.revoke(token)
            stored.set()
            assert begun.wait(10)
            return created

    def revoke_or_try_again(level):
        if (connection.vendor, level) == ("postgresql", REPEATABLE_READ):
            # It names a conflict with a row that it does not show, so nothing can be claimed.
            with pytest.raises(RevocationUnavailable):
                services.revoke(token)
        return services.revoke(token)

    def second():
        with isolated(level):
            assert stored.wait(10)
            threading.Timer(0.5, begun.set).start()
            return revoke_or_try_again(level)

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(first), pool.submit(second)]
    assert [answer.result() for answer in answers] == [True, False]
    assert RevokedToken.objects.count() == 1


HOUR = timedelta(hours=1)
TOKENS = {
    "used up": lambda token: (token, Reason.ROTATED),
    "of an earlier expiry": lambda token: (replace(token, expires_at=now() + HOUR), "earlier"),
}


def waiting():
    """How many transactions wait for a lock in this database."""
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
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.3)  # InnoDB shows nothing new to whoever looks within 0.1 s of the last look.


@pytest.mark.parametrize("before", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("level", LEVELS)
def test_many_who_change_a_row_that_is_just_being_stored_never_wait_in_a_circle(level, before):
    """Whoever finds it stored by another may read it, and so may the others; then all would write."""
    if (connection.vendor, level) == ("postgresql", REPEATABLE_READ):
        pytest.skip("Nobody sees the row there, and nothing can be claimed.")
    token = make_token(expires_at=now() + 2 * HOUR)
    earlier, reason = before(token)
    stored, enough = threading.Event(), threading.Event()

    def store():
        with isolated(level), transaction.atomic():
            record([earlier], connection.alias, {"reason": reason, "revoked_at": now()})
            stored.set()
            assert enough.wait(90)

    def revoke():
        with isolated(level):
            assert stored.wait(30)
            return services.revoke(token, reason="theft")

    with ThreadPoolExecutor(2) as pool:
        storing = pool.submit(store)
        revoking = pool.submit(at_once, revoke, threads=THREADS)
        wait_for(lambda: waiting() == THREADS)
        enough.set()
    storing.result()
    assert revoking.result() == [False] * THREADS
    row = RevokedToken.objects.get()
    assert row.expires_at == token.expires_at
    assert row.reason == ("theft" if reason == Reason.ROTATED else reason)
