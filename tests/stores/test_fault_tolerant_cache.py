"""A failing cache causes queries and a log message, but loses no revocation."""

from __future__ import annotations

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import transaction

from token_revocation import services
from token_revocation.models import RevokedToken
from token_revocation.stores._fault_tolerant_cache import FaultTolerantCache
from token_revocation.testing import make_token

BROKEN = "tests.faulty_caches.BrokenCache"
DATABASE = "django.core.cache.backends.db.DatabaseCache"


class CountingCache(LocMemCache):
    """Fails, and counts the attempts."""

    attempts = 0

    def get_many(self, *args, **kwargs):
        type(self).attempts += 1
        raise TimeoutError

    set_many = get_many


@pytest.fixture
def make_cache(use_cache, stopped):
    def make(backend):
        use_cache(backend)
        CountingCache.attempts = 0
        return FaultTolerantCache("default")

    return make


def test_failures_are_not_raised(make_cache):
    cache = make_cache(BROKEN)
    assert cache.add("a", 1, 5) is None
    assert cache.set_many({"a": 1}, 5) is None
    assert cache.get_many(["a"]) is None


def test_an_unknown_alias_is_a_failing_cache(settings):
    assert FaultTolerantCache("nowhere").get_many(["a"]) is None


def test_reads_are_retried_after_a_second(make_cache, stopped):
    cache = make_cache(f"{__name__}.CountingCache")
    for seconds, attempts in ((0, 1), (0.9, 1), (0.1, 2), (0.5, 2)):
        stopped.shift(seconds)
        cache.get_many(["a"])
        assert CountingCache.attempts == attempts


def test_invalidations_are_always_written(make_cache):
    cache = make_cache(f"{__name__}.CountingCache")
    for attempts in (1, 2, 3):
        cache.set_many({"a": 1}, 5)
        assert CountingCache.attempts == attempts


def test_failures_are_logged_once_a_minute(make_cache, stopped, caplog):
    cache = make_cache(BROKEN)
    for seconds, lines in ((0, 1), (1, 1), (57.9, 1), (1.1, 2)):
        stopped.shift(seconds)
        cache.get_many(["a"])
        assert len(caplog.records) == lines
    record = caplog.records[0]
    assert (record.name, record.levelname) == ("token_revocation", "WARNING")
    assert record.getMessage() == "The cache 'default' failed; the database is queried instead."
    assert record.exc_info


def test_a_recovered_cache_is_used_again(make_cache, stopped, settings):
    cache = make_cache(BROKEN)
    cache.get_many(["a"])
    settings.CACHES = {"default": {"BACKEND": f"{LocMemCache.__module__}.LocMemCache"}}
    stopped.shift(1)
    cache.set_many({"a": 1}, 5)
    assert cache.get_many(["a"]) == {"a": 1}


def test_a_revocation_does_not_depend_on_the_table_of_the_cache(transactional_db, settings):
    settings.CACHES = {"default": {"BACKEND": DATABASE, "LOCATION": "no_such_table"}}
    settings.TOKEN_REVOCATION = {"STORE": "token_revocation.stores.cached.CachedStore"}
    token = make_token()
    with transaction.atomic():
        services.revoke_everyone()
        services.revoke(token)
        assert services.is_revoked(token)
    assert RevokedToken.objects.count() == 1
    assert services.is_revoked(token)
