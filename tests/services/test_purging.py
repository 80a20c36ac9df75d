from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections

from tests.threads import needs_several_connections
from token_revocation import services
from token_revocation.clock import now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services import pacing, purging
from token_revocation.services.purging import _delete
from token_revocation.testing import make_token

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)

pytestmark = pytest.mark.django_db


def expired(*, since=timedelta(days=1), count=1):
    moment = now() - since
    rows = [make_token() for _ in range(count)]
    services.revoke_many(rows)
    RevokedToken.objects.filter(key__in=[token.key for token in rows]).update(expires_at=moment)
    return moment


def left():
    return RevokedToken.objects.count()


@pytest.mark.parametrize(("after", "purged"), [(HOUR, 0), (HOUR + MOMENT, 1)])
def test_nothing_goes_before_the_grace_is_over(after, purged):
    moment = expired()
    with time_machine.travel(moment + after, tick=False):
        assert services.purge() == purged


@pytest.mark.trap("T3")
@pytest.mark.parametrize(("after", "purged"), [(3 * HOUR, 0), (3 * HOUR + MOMENT, 1)])
def test_nothing_goes_before_the_longest_leeway_is_over(monkeypatch, settings, after, purged):
    monkeypatch.setattr(AuthTokenAdapter, "leeway", HOUR)
    settings.TOKEN_REVOCATION = {"PURGE_GRACE": 2 * HOUR}
    moment = expired()
    with time_machine.travel(moment + after, tick=False):
        assert services.purge() == purged


def test_what_is_refused_for_ever_stays():
    services.revoke(make_token(expires_at=None))
    services.revoke_everyone()
    with time_machine.travel(now() + timedelta(days=36_500)):
        assert services.purge() == 0


def test_both_tables_are_purged():
    expired(count=2)
    services.revoke_everyone()
    TokenCutoff.objects.update(expires_at=now() - timedelta(days=1))
    assert services.purge() == 3


def test_the_oldest_go_first():
    old, new = expired(since=timedelta(days=3)), expired(since=timedelta(days=2))
    services.purge(batch_size=1, max_batches=1)
    assert old < RevokedToken.objects.get().expires_at == new


@pytest.mark.trap("T21")
def test_rows_that_expired_together_all_go_in_batches():
    expired(count=7)
    seen = []
    assert services.purge(batch_size=3, progress=seen.append) == 7
    assert seen == [3, 6, 7]


def test_a_row_whose_expiry_moved_meanwhile_stays():
    """It was read to be deleted, and then its token was given a longer life."""
    expired()
    later = now() + HOUR

    def move(execute, sql, params, many, context):
        if sql.startswith("DELETE"):
            RevokedToken.objects.update(expires_at=later)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(move):
        assert services.purge() == 0
    assert RevokedToken.objects.get().expires_at == later


def test_it_can_be_interrupted_and_go_on():
    expired(count=5)

    def interrupt(purged):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.purge(batch_size=2, progress=interrupt)
    assert left() == 3
    assert services.purge(batch_size=2) == 3


def test_a_batch_is_two_small_statements(django_assert_num_queries):
    services.purge()
    expired(count=4)
    # And one look at each table when it is done, and two to remember that.
    with django_assert_num_queries(2 * 2 + 2 + 2):
        services.purge(batch_size=2)


@pytest.mark.trap("T21")
@pytest.mark.django_db(transaction=True)
@needs_several_connections
def test_two_at_once_delete_each_row_once_and_neither_fails():
    expired(count=200)
    barrier = threading.Barrier(2, timeout=30)

    def purge(_):
        barrier.wait()
        try:
            return services.purge(batch_size=7)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(purge, range(2))) == 200
    assert left() == 0


class Slow:
    """Each row takes a millisecond to delete."""

    def __init__(self, monkeypatch, rows_a_second=1000):
        self.passed = 0.0
        self.rows_a_second = rows_a_second
        self.sizes = []
        monkeypatch.setattr(pacing.time, "perf_counter", lambda: self.passed)
        monkeypatch.setattr(pacing.time, "sleep", lambda seconds: None)
        monkeypatch.setattr(purging, "_delete", self.delete)
        self.really = _delete

    def delete(self, expired, batch):
        self.passed += len(batch) / self.rows_a_second
        self.sizes.append(len(batch))
        return self.really(expired, batch)


def test_batches_are_sized_by_the_time_they_take(monkeypatch):
    expired(count=900)
    slow = Slow(monkeypatch)
    assert services.purge(batch_seconds=0.1) == 900
    assert slow.sizes == [500, 100, 100, 100, 100]


def test_batches_grow_step_by_step_and_no_further_than_asked(monkeypatch):
    expired(count=1000)
    monkeypatch.setattr(pacing, "FIRST", 60)
    slow = Slow(monkeypatch)
    assert services.purge(batch_seconds=9, batch_size=400) == 1000
    assert slow.sizes == [60, 120, 240, 400, 180]


def test_a_batch_never_becomes_nothing(monkeypatch):
    expired(count=120)
    slow = Slow(monkeypatch)
    services.purge(batch_seconds=0.001, batch_size=60)
    assert slow.sizes == [60, 50, 10]


def test_on_sqlite_where_all_who_write_wait_a_batch_takes_less(monkeypatch):
    expired(count=900)
    slow = Slow(monkeypatch, rows_a_second=12_500)
    services.purge()
    assert slow.sizes == ([500, 250, 150] if connection.vendor == "sqlite" else [500, 400])


def test_on_sqlite_it_rests_for_those_who_wait(monkeypatch):
    rests = []
    monkeypatch.setattr(pacing.time, "sleep", rests.append)
    expired()
    services.purge()
    services.purge()
    assert rests == [pacing.BREATH if connection.vendor == "sqlite" else 0.0]
    expired()
    services.purge(sleep=0.5)
    assert rests[-1] == 0.5
