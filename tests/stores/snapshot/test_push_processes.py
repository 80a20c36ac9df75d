"""Push notifications between processes, and their failures."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

import pytest
from django.db import connection

from example_project.demo.server import free_port
from tests.stores.cache_servers import REDIS, running
from tests.stores.process_commands import TOKEN_COUNT
from tests.stores.process_fixtures import BOUND, child, database, measure_delay, read_message
from tests.stores.snapshot.pushes import postgres_push_options, redis_push_options

__all__ = ["child", "database"]  # Fixtures.

REFRESH_EVERY = 60.0
"""Seconds between two refreshes without a notification, so an earlier one proves a push."""


@contextmanager
def redis_options():
    with running(*REDIS) as address:
        yield redis_push_options(address)


@contextmanager
def postgres_options():
    yield postgres_push_options()


@pytest.mark.parametrize("push", [redis_options, postgres_options])
def test_a_notification_reaches_another_process_before_its_next_refresh(child, push):
    """``python -m benchmarks.push`` measures the delay."""
    with push() as options, child("watch_many", refresh_every=REFRESH_EVERY, **options) as watcher:
        assert "ready" in read_message(watcher)
        with child("revoke_many", refresh_every=REFRESH_EVERY, **options) as revoker:
            committed = [read_message(revoker)["committed"] for _ in range(TOKEN_COUNT)]
        seen = [read_message(watcher)["seen"] for _ in range(TOKEN_COUNT)]
    assert all(s - c < REFRESH_EVERY / 4 for s, c in zip(seen, committed, strict=True))


@pytest.mark.parametrize("push", [redis_options, postgres_options])
def test_another_process_rejects_without_reading_revocations(child, push):
    """The thread that would read them is paused."""
    with push() as options:
        watch, options = "watch_without_refreshes", {"refresh_every": 600.0, **options}
        assert measure_delay(child, watch, "revoke", **options) < REFRESH_EVERY


def test_the_bound_holds_without_redis(child):
    options = redis_push_options(f"127.0.0.1:{free_port()}")
    assert measure_delay(child, "watch", "revoke", refresh_every=BOUND / 2, **options) <= BOUND


def test_the_bound_holds_when_redis_stops(child):
    with ExitStack() as redis:
        options = {"refresh_every": BOUND / 2, **redis.enter_context(redis_options())}
        assert measure_delay(child, "watch", "revoke", between=redis.close, **options) <= BOUND


def test_the_bound_holds_when_the_listening_connection_is_terminated(child):
    options = {"refresh_every": BOUND / 2, **postgres_push_options()}
    assert measure_delay(child, "watch", "revoke", between=terminate_listeners, **options) <= BOUND


def terminate_listeners():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN %'"
        )
