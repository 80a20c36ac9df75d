from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.failing_cache import LateCache
from tests.stores.cache_servers import MEMCACHED, REDIS, running
from tests.stores.stopped_time import stopped_time
from token_revocation.stores import get_store


@pytest.fixture(scope="session")
def redis_server():
    """``host:port`` of an empty Redis."""
    pytest.importorskip("redis")
    with running(*REDIS) as address:
        yield address


@pytest.fixture(scope="session")
def memcached_server():
    """``host:port`` of an empty Memcached."""
    pytest.importorskip("pymemcache")
    with running(*MEMCACHED) as address:
        yield address


@pytest.fixture
def stopped():
    """A traveller: no clock moves but by its ``shift(seconds)``."""
    with stopped_time() as traveller:
        yield traveller


@pytest.fixture
def use_cache(settings):
    """Call it with a backend and a location: ``CachedStore`` is in use, on an empty cache."""

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
    """``CachedStore`` on a cache that a test can hold up and deafen."""
    yield use_cache("tests.failing_cache.LateCache")
    LateCache.waiting, LateCache.deaf = None, False
