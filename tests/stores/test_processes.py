"""The staleness bounds of DatabaseStore and CachedStore across processes."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.stores.cache_servers import REDIS, running
from tests.stores.process_fixtures import child, database, measure_delay

__all__ = ["child", "database"]  # Fixtures.

DATABASE = "token_revocation.stores.database.DatabaseStore"
CACHED = "token_revocation.stores.cached.CachedStore"

TIMEOUT = 1.0


@pytest.mark.parametrize(
    "revoke_command", ["revoke", "revoke_and_die", "revoke_without_invalidation"]
)
def test_the_database_store_rejects_after_the_commit_of_another_process(child, revoke_command):
    assert measure_delay(child, "watch", revoke_command, store=DATABASE, using="default") <= 0


@pytest.fixture
def cached(redis_server):
    return {"store": CACHED, "redis": redis_server, "timeout": TIMEOUT}


@pytest.mark.parametrize("revoke_command", ["revoke", "revoke_and_die"])
def test_an_invalidated_cache_rejects_immediately(child, cached, revoke_command):
    """The cache is invalidated before the commit too, so a crash after it does not matter."""
    assert measure_delay(child, "watch", revoke_command, **cached) <= 0


def test_a_cache_without_invalidations_rejects_within_the_bound(child, cached):
    assert measure_delay(child, "watch", "revoke_without_invalidation", **cached) <= TIMEOUT


def test_the_bound_holds_when_the_cache_stops(child):
    pytest.importorskip("redis")
    with ExitStack() as stack:
        redis = stack.enter_context(running(*REDIS))
        options = {"store": CACHED, "redis": redis, "timeout": TIMEOUT}
        assert measure_delay(child, "watch", "revoke", between=stack.close, **options) <= TIMEOUT
