from __future__ import annotations

import pytest
from django.core.cache.backends.locmem import LocMemCache

from token_revocation._checks import check_token_revocation

DJANGO = "django.core.cache.backends."
REDIS = f"{DJANGO}redis.RedisCache"
DJANGO_REDIS = "django_redis.cache.RedisCache"
MEMCACHED = f"{DJANGO}memcached.PyMemcacheCache"
ONE, TWO = "redis://a", ["redis://a", "redis://b"]


class MeasuredCache(LocMemCache):
    """A subclass like those of monitoring packages."""


@pytest.fixture
def check_ids(settings):
    """Return the ids of the check messages for a cache and store options."""

    def run_checks(config, **options):
        settings.CACHES = {"default": config}
        settings.TOKEN_REVOCATION = {
            "STORE": "token_revocation.stores.cached.CachedStore",
            "STORE_OPTIONS": options,
        }
        messages = check_token_revocation()
        assert all(message.hint for message in messages)
        return [message.id.removeprefix("token_revocation.") for message in messages]

    return run_checks


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
def test_a_cache_that_is_not_shared_is_reported(check_ids, cache, expected):
    assert check_ids(cache) == expected


@pytest.mark.parametrize(
    ("location", "options", "expected"),
    [
        (ONE, {}, []),
        (TWO, {}, ["W011"]),
        (TWO, {"CLIENT_CLASS": "django_redis.client.ShardClient"}, []),
    ],
)
def test_django_redis_with_replicas_is_reported(check_ids, location, options, expected):
    pytest.importorskip("django_redis")
    cache = {"BACKEND": DJANGO_REDIS, "LOCATION": location, "OPTIONS": options}
    assert check_ids(cache) == expected


def test_several_memcached_servers_are_valid(check_ids):
    pytest.importorskip("pymemcache")
    assert check_ids({"BACKEND": MEMCACHED, "LOCATION": ["a:11211", "b:11211"]}) == []


def test_a_missing_client_is_reported(check_ids):
    assert check_ids({"BACKEND": f"{DJANGO}memcached.PyLibMCCache", "LOCATION": "a"}) == ["E010"]


def test_an_unknown_alias_is_reported(check_ids):
    assert check_ids({"BACKEND": REDIS, "LOCATION": ONE}, cache="nowhere") == ["E010"]


@pytest.mark.parametrize(
    "timeout", [0, -1, None, "5", float("inf"), float("nan"), 1e308, 10**400, 86_401]
)
def test_an_invalid_timeout_is_reported(check_ids, timeout):
    assert check_ids({"BACKEND": REDIS, "LOCATION": ONE}, timeout=timeout) == ["E011"]


@pytest.mark.parametrize("timeout", [0.1, 1, 5.0, 3600])
def test_a_timeout_in_seconds_is_valid(check_ids, timeout):
    assert check_ids({"BACKEND": REDIS, "LOCATION": ONE}, timeout=timeout) == []
