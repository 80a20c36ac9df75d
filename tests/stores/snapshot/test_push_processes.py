"""How soon another process knows that hears of a revocation, and one that no longer hears."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

import pytest
from django.db import connection

from example_project.demo.server import free_port
from tests.stores.cache_servers import REDIS, running
from tests.stores.child import MANY
from tests.stores.processes import BOUND, child, database, delay, said
from tests.stores.snapshot.pushes import over_postgres, over_redis

__all__ = ["child", "database"]  # Fixtures.

EVERY = 60.0
"""Seconds between two looks without a push, at least two thirds of them: what is seen much sooner
was seen because of it."""


@contextmanager
def redis_options():
    with running(*REDIS) as address:
        yield over_redis(address)


@contextmanager
def postgres_options():
    yield over_postgres()


@pytest.mark.parametrize("push", [redis_options, postgres_options])
def test_another_process_knows_long_before_it_would_look_by_itself(child, push):
    """How long exactly is measured by ``python -m benchmarks.push``, not here."""
    with push() as options, child("watch_many", refresh_every=EVERY, **options) as watcher:
        assert "ready" in said(watcher)
        with child("revoke_many", refresh_every=EVERY, **options) as revoker:
            committed = [said(revoker)["committed"] for _ in range(MANY)]
        seen = [said(watcher)["seen"] for _ in range(MANY)]
    assert all(s - c < EVERY / 4 for s, c in zip(seen, committed, strict=True))


def test_with_a_redis_that_is_gone_the_bound_holds(child):
    options = over_redis(f"127.0.0.1:{free_port()}")
    assert delay(child, "watch", "revoke", refresh_every=BOUND / 2, **options) <= BOUND


def test_when_redis_dies_the_bound_holds(child):
    with ExitStack() as dying:
        options = {"refresh_every": BOUND / 2, **dying.enter_context(redis_options())}
        assert delay(child, "watch", "revoke", between=dying.close, **options) <= BOUND


def test_when_the_connection_that_listens_is_cut_the_bound_holds(child):
    options = {"refresh_every": BOUND / 2, **over_postgres()}
    assert delay(child, "watch", "revoke", between=cut_listeners, **options) <= BOUND


def cut_listeners():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN %'"
        )
