from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import TestCase

from tests.stores.committed_testcase import CommittedTestCase
from token_revocation.stores import get_store
from token_revocation.testing import StoreContract

DJANGO = "django.core.cache.backends."
FAULTY = "tests.faulty_caches."


def configure(settings, backend, location=""):
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": location}}


class CachedStoreContract(StoreContract):
    store = "token_revocation.stores.cached.CachedStore"

    def setUp(self):
        super().setUp()
        cache.clear()

    def test_the_staleness_bound_is_the_timeout(self):
        assert get_store().staleness_bound == 5.0


class TestOnRedis(CachedStoreContract, CommittedTestCase):
    @pytest.fixture(autouse=True)
    def _cache(self, settings, redis_server):
        configure(settings, f"{DJANGO}redis.RedisCache", f"redis://{redis_server}")


class TestOnDjangoRedis(CachedStoreContract, CommittedTestCase):
    @pytest.fixture(autouse=True)
    def _cache(self, settings, redis_server):
        pytest.importorskip("django_redis")
        configure(settings, "django_redis.cache.RedisCache", f"redis://{redis_server}/1")


class TestOnMemcached(CachedStoreContract, CommittedTestCase):
    @pytest.fixture(autouse=True)
    def _cache(self, settings, memcached_server):
        configure(settings, f"{DJANGO}memcached.PyMemcacheCache", memcached_server)


class TestOnADatabaseCache(CachedStoreContract, CommittedTestCase):
    @pytest.fixture(autouse=True)
    def _cache(self, settings):
        configure(settings, f"{DJANGO}db.DatabaseCache", "cache_of_answers")

    def setUp(self):
        call_command("createcachetable", verbosity=0)
        super().setUp()


class TestOnLocalMemory(CachedStoreContract, CommittedTestCase):
    @pytest.fixture(autouse=True)
    def _cache(self, settings):
        configure(settings, f"{DJANGO}locmem.LocMemCache")


class TestInTransaction(CachedStoreContract, TestCase):
    @pytest.fixture(autouse=True)
    def _cache(self, settings):
        configure(settings, f"{DJANGO}locmem.LocMemCache")


class TestLostWrites(CachedStoreContract, CommittedTestCase):
    @pytest.fixture(autouse=True)
    def _cache(self, settings):
        configure(settings, f"{FAULTY}ForgetfulCache")


class TestFailedWrites(CachedStoreContract, CommittedTestCase):
    @pytest.fixture(autouse=True)
    def _cache(self, settings):
        configure(settings, f"{FAULTY}UnwritableCache")


class TestBrokenCache(CachedStoreContract, CommittedTestCase):
    @pytest.fixture(autouse=True)
    def _cache(self, settings):
        configure(settings, f"{FAULTY}BrokenCache")
