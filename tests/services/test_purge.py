from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections

from tests.threads import requires_concurrent_connections
from token_revocation import services
from token_revocation.clock import now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services import _batches, _retention
from token_revocation.services._retention import _delete
from token_revocation.testing import make_token

HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)

pytestmark = pytest.mark.django_db


def make_expired(*, since=timedelta(days=1), count=1):
    expires_at = now() - since
    rows = [make_token() for _ in range(count)]
    services.revoke_many(rows)
    RevokedToken.objects.filter(key__in=[token.key for token in rows]).update(expires_at=expires_at)
    return expires_at


def count_rows():
    return RevokedToken.objects.count()


@pytest.mark.parametrize(("after", "purged"), [(HOUR, 0), (HOUR + MICROSECOND, 1)])
def test_rows_are_kept_during_grace_period(after, purged):
    expires_at = make_expired()
    with time_machine.travel(expires_at + after, tick=False):
        assert services.purge() == purged


@pytest.mark.trap("T3")
@pytest.mark.parametrize(("after", "purged"), [(3 * HOUR, 0), (3 * HOUR + MICROSECOND, 1)])
def test_rows_are_kept_during_longest_leeway(monkeypatch, settings, after, purged):
    monkeypatch.setattr(AuthTokenAdapter, "leeway", HOUR)
    settings.TOKEN_REVOCATION = {"PURGE_GRACE_PERIOD": 2 * HOUR}
    expires_at = make_expired()
    with time_machine.travel(expires_at + after, tick=False):
        assert services.purge() == purged


def test_rows_without_expiry_are_kept():
    services.revoke(make_token(expires_at=None))
    services.revoke_everyone()
    with time_machine.travel(now() + timedelta(days=36_500)):
        assert services.purge() == 0


def test_both_tables_are_purged():
    make_expired(count=2)
    services.revoke_everyone()
    TokenCutoff.objects.update(expires_at=now() - timedelta(days=1))
    assert services.purge() == 3


def test_oldest_rows_are_deleted_first():
    old, new = make_expired(since=timedelta(days=3)), make_expired(since=timedelta(days=2))
    services.purge(batch_size=1, max_batches=1)
    assert old < RevokedToken.objects.get().expires_at == new


@pytest.mark.trap("T21")
def test_rows_with_same_expiry_are_deleted_in_batches():
    make_expired(count=7)
    seen = []
    assert services.purge(batch_size=3, progress=seen.append) == 7
    assert seen == [3, 6, 7]


def test_row_with_expiry_postponed_during_purge_is_kept():
    """A token may get a longer lifetime between the read and the deletion."""
    make_expired()
    later = now() + HOUR

    def move(execute, sql, params, many, context):
        if sql.startswith("DELETE"):
            RevokedToken.objects.update(expires_at=later)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(move):
        assert services.purge() == 0
    assert RevokedToken.objects.get().expires_at == later


def test_interrupted_purge_can_be_repeated():
    make_expired(count=5)

    def interrupt(purged):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.purge(batch_size=2, progress=interrupt)
    assert count_rows() == 3
    assert services.purge(batch_size=2) == 3


def test_batch_takes_two_queries(django_assert_num_queries):
    services.purge()
    make_expired(count=4)
    # Each table is read once more at the end, the sessions take three queries, and two record
    # the end.
    with django_assert_num_queries(2 * 2 + 2 + 3 + 2):
        services.purge(batch_size=2)


@pytest.mark.trap("T21")
@pytest.mark.django_db(transaction=True)
@requires_concurrent_connections
def test_two_concurrent_purges_delete_each_row_once():
    make_expired(count=200)
    barrier = threading.Barrier(2, timeout=30)

    def purge(_):
        barrier.wait()
        try:
            return services.purge(batch_size=7)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(purge, range(2))) == 200
    assert count_rows() == 0


class SlowDeletion:
    """Simulate the time that a deletion takes."""

    def __init__(self, monkeypatch, rows_a_second=1000):
        self.elapsed = 0.0
        self.rows_a_second = rows_a_second
        self.sizes = []
        monkeypatch.setattr(_batches.time, "perf_counter", lambda: self.elapsed)
        monkeypatch.setattr(_batches.time, "sleep", lambda seconds: None)
        monkeypatch.setattr(_retention, "_delete", self.delete)
        self.delete_rows = _delete

    def delete(self, make_expired, batch):
        self.elapsed += len(batch) / self.rows_a_second
        self.sizes.append(len(batch))
        return self.delete_rows(make_expired, batch)


def test_batch_size_depends_on_duration(monkeypatch):
    make_expired(count=900)
    slow = SlowDeletion(monkeypatch)
    assert services.purge(batch_seconds=0.1) == 900
    assert slow.sizes == [500, 100, 100, 100, 100]


def test_batch_size_grows_gradually_up_to_maximum(monkeypatch):
    make_expired(count=1000)
    monkeypatch.setattr(_batches, "INITIAL_BATCH_ROWS", 60)
    slow = SlowDeletion(monkeypatch)
    assert services.purge(batch_seconds=9, batch_size=400) == 1000
    assert slow.sizes == [60, 120, 240, 400, 180]


def test_batch_size_has_a_minimum(monkeypatch):
    make_expired(count=120)
    slow = SlowDeletion(monkeypatch)
    services.purge(batch_seconds=0.001, batch_size=60)
    assert slow.sizes == [60, 50, 10]


def test_batches_are_shorter_on_sqlite(monkeypatch):
    make_expired(count=900)
    slow = SlowDeletion(monkeypatch, rows_a_second=12_500)
    services.purge()
    assert slow.sizes == ([500, 250, 150] if connection.vendor == "sqlite" else [500, 400])


def test_purge_pauses_between_batches_on_sqlite(monkeypatch):
    pauses = []
    monkeypatch.setattr(_batches.time, "sleep", pauses.append)
    make_expired()
    services.purge()
    services.purge()
    assert pauses == [_batches.SQLITE_PAUSE_SECONDS if connection.vendor == "sqlite" else 0.0]
    make_expired()
    services.purge(sleep=0.5)
    assert pauses[-1] == 0.5
