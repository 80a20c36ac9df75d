from __future__ import annotations

import pytest
from django.core.cache.backends.locmem import LocMemCache

from token_revocation.checks import check_token_revocation

DJANGO = "django.core.cache.backends."
REDIS = f"{DJANGO}redis.RedisCache"
DJANGO_REDIS = "django_redis.cache.RedisCache"
MEMCACHED = f"{DJANGO}memcached.PyMemcacheCache"
ONE, TWO = "redis://a", ["redis://a", "redis://b"]


class MeasuredCache(LocMemCache):
    """As packages that measure caches have it."""


@pytest.fixture
def found(settings):
    """The ids of what is found with a cache, and with options of the store."""

    def find(config, **options):
        settings.CACHES = {"default": config}
        settings.TOKEN_REVOCATION = {
            "STORE": "token_revocation.stores.cached.CachedStore",
            "STORE_OPTIONS": options,
        }
        messages = check_token_revocation()
        assert all(message.hint for message in messages)
        return [message.id.removeprefix("token_revocation.") for message in messages]

    return find


@pytest.mark.trap("T8")
@pytest.mark.parametrize(
    ("cache", "expected"),
    [
        ({"BACKEND": f"{DJANGO}locmem.LocMemCache"}, ["W010"]),
        ({"BACKEND": f"{DJANGO}dummy.DummyCache"}, ["W010"]),
        ({"BACKEND": f"{DJANGO}filebased.FileBasedCache", "LOCATION": "answers"}, ["W010"]),
        ({"BACKEND": f"{__name__}.MeasuredCache"}, ["W010"]),
        ({"BACKEND": f"{DJANGO}db.DatabaseCache", "LOCATION": "answers"}, []),
        ({"BACKEND": REDIS, "LOCATION": ONE}, []),
        ({"BACKEND": REDIS, "LOCATION": TWO}, ["W011"]),
        ({"BACKEND": REDIS, "LOCATION": "redis://a,redis://b"}, ["W011"]),
        ({"BACKEND": REDIS, "LOCATION": "redis://a;redis://b"}, ["W011"]),
        ({"BACKEND": "nowhere.Cache"}, ["E010"]),
    ],
)
def test_a_cache_that_other_processes_do_not_see_is_found(found, cache, expected):
    assert found(cache) == expected


@pytest.mark.parametrize(
    ("location", "options", "expected"),
    [
        (ONE, {}, []),
        (TWO, {}, ["W011"]),
        (TWO, {"CLIENT_CLASS": "django_redis.client.ShardClient"}, []),
    ],
)
def test_django_redis_reads_replicas_too(found, location, options, expected):
    pytest.importorskip("django_redis")
    cache = {"BACKEND": DJANGO_REDIS, "LOCATION": location, "OPTIONS": options}
    assert found(cache) == expected


def test_several_memcached_each_have_keys_of_their_own(found):
    pytest.importorskip("pymemcache")
    assert found({"BACKEND": MEMCACHED, "LOCATION": ["a:11211", "b:11211"]}) == []


def test_a_client_that_is_not_installed_is_found(found):
    assert found({"BACKEND": f"{DJANGO}memcached.PyLibMCCache", "LOCATION": "a"}) == ["E010"]


def test_an_alias_that_does_not_exist_is_found(found):
    assert found({"BACKEND": REDIS, "LOCATION": ONE}, cache="nowhere") == ["E010"]


@pytest.mark.parametrize("timeout", [0, -1, None, "5", float("inf"), float("nan")])
def test_a_timeout_that_is_no_time_is_found(found, timeout):
    assert found({"BACKEND": REDIS, "LOCATION": ONE}, timeout=timeout) == ["E011"]


@pytest.mark.parametrize("timeout", [0.1, 1, 5.0, 3600])
def test_a_timeout_in_seconds_is_not(found, timeout):
    assert found({"BACKEND": REDIS, "LOCATION": ONE}, timeout=timeout) == []
