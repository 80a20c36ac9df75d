from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.faulty_caches import DelayedCache
from tests.stores.cache_servers import MEMCACHED, REDIS, running
from tests.stores.stopped_time import stopped_time
from token_revocation.stores import get_store


@pytest.fixture(scope="session")
def redis_server():
    """The address ``host:port`` of an empty Redis."""
    pytest.importorskip("redis")
    with running(*REDIS) as address:
        yield address


@pytest.fixture(scope="session")
def memcached_server():
    """The address ``host:port`` of an empty Memcached."""
    pytest.importorskip("pymemcache")
    with running(*MEMCACHED) as address:
        yield address


@pytest.fixture
def stopped():
    """Stopped clocks, which ``shift(seconds)`` moves."""
    with stopped_time() as traveller:
        yield traveller


@pytest.fixture
def use_cache(settings):
    """Configure ``CachedStore`` with an empty cache, given its backend and location."""

    def use(backend, location="", **options):
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": location}}
        settings.TOKEN_REVOCATION = {
            "STORE": "token_revocation.stores.cached.CachedStore",
            "STORE_OPTIONS": options,
        }
        cache.clear()
        return get_store()

    return use


@pytest.fixture
def store(transactional_db, use_cache):
    """``CachedStore`` on a cache whose writes a test can delay or drop."""
    made = use_cache("tests.faulty_caches.DelayedCache")
    made.invalidate([])  # Reads the identity of the database in advance.
    yield made
    DelayedCache.pending, DelayedCache.drops_set = None, False
