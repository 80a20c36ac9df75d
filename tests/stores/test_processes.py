"""The bounds of the stores without a snapshot, between real processes on a real database."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.stores.cache_servers import REDIS, running
from tests.stores.processes import child, database, delay

__all__ = ["child", "database"]  # Fixtures.

DATABASE = "token_revocation.stores.database.DatabaseStore"
CACHED = "token_revocation.stores.cached.CachedStore"

TIMEOUT = 1.0


@pytest.mark.parametrize("revoking", ["revoke", "revoke_and_die", "revoke_unheard"])
def test_the_database_refuses_what_another_process_has_committed(child, revoking):
    assert delay(child, "watch", revoking, store=DATABASE, using="default") <= 0


@pytest.fixture
def cached(redis_server):
    return {"store": CACHED, "redis": redis_server, "timeout": TIMEOUT}


@pytest.mark.parametrize("revoking", ["revoke", "revoke_and_die"])
def test_a_cache_that_has_the_news_answers_at_once(child, cached, revoking):
    """It has it before the commit, so it does not matter who survives that."""
    assert delay(child, "watch", revoking, **cached) <= 0


def test_a_cache_that_lost_all_news_answers_within_the_bound(child, cached):
    assert delay(child, "watch", "revoke_unheard", **cached) <= TIMEOUT


def test_a_cache_that_dies_is_not_missed(child):
    pytest.importorskip("redis")
    with ExitStack() as dying:
        redis = dying.enter_context(running(*REDIS))
        options = {"store": CACHED, "redis": redis, "timeout": TIMEOUT}
        assert delay(child, "watch", "revoke", between=dying.close, **options) <= TIMEOUT
