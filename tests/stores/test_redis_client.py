"""Reads from Django's Redis cache share a client, and return what the cache returns."""

from __future__ import annotations

from unittest import mock

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCache, RedisCacheClient, RedisSerializer

from token_revocation.stores._redis_client import get_many
from token_revocation.testing import make_token

BACKEND = "django.core.cache.backends.redis.RedisCache"


class OwnCache(RedisCache):
    """A cache that may do anything in its methods."""


class OwnSerializer(RedisSerializer):
    """A serializer that may store anything."""


class Trap:
    """An object that must not be unpickled."""

    def __reduce__(self):
        return pytest.fail, ("A value was unpickled.",)


@pytest.fixture
def use_redis(settings, redis_server):
    """Configure an empty Redis cache."""

    def use(backend=BACKEND, locations=1, **options):
        location = ";".join([f"redis://{redis_server}"] * locations)
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": location, **options}}
        cache.clear()
        return caches["default"]

    return use


def count_clients():
    return mock.patch.object(
        RedisCacheClient, "get_client", autospec=True, side_effect=RedisCacheClient.get_client
    )


def test_reads_share_a_client(use_redis):
    redis = use_redis()
    with count_clients() as get_client:
        for _ in range(3):
            get_many(redis, ["a", "b"])
    assert get_client.call_count == 1


@pytest.mark.parametrize(
    "config",
    [
        {"backend": f"{__name__}.OwnCache"},
        {"OPTIONS": {"serializer": f"{__name__}.OwnSerializer"}},
        {"locations": 2},
        {"backend": "django.core.cache.backends.locmem.LocMemCache"},
    ],
)
def test_another_cache_is_read_by_its_own_method(use_redis, config):
    other = use_redis(**config)
    with mock.patch.object(type(other), "get_many", return_value={"a": 1}) as method:
        assert [get_many(other, ["a"]) for _ in range(2)] == [{"a": 1}] * 2
    assert method.call_count == 2


def test_a_client_of_another_class_is_not_shared(use_redis):
    redis = use_redis()
    redis._cache.__class__ = type("OwnClient", (RedisCacheClient,), {})
    redis.set("a", 1)
    with count_clients() as get_client:
        assert [get_many(redis, ["a"]) for _ in range(2)] == [{"a": 1}] * 2
    assert get_client.call_count == 2


def test_a_replaced_method_is_called(use_redis):
    redis = use_redis()
    get_many(redis, ["a"])
    redis.get_many = lambda keys: dict.fromkeys(keys, 5)
    assert get_many(redis, ["a"]) == {"a": 5}


@pytest.mark.parametrize(
    "options",
    [{}, {"KEY_PREFIX": "app", "VERSION": 3}, {"KEY_FUNCTION": f"{__name__}.make_key"}],
)
def test_the_values_are_those_of_the_cache(use_redis, options):
    redis = use_redis(**options)
    redis.set_many({"a": 0, "b": -(2**52), "c": 2**52})
    found = get_many(redis, ["a", "b", "missing", "c"])
    assert found == {"a": 0, "b": -(2**52), "c": 2**52}
    assert found == redis.get_many(["a", "b", "missing", "c"])


def make_key(key, key_prefix, version):
    return f"{key_prefix}/{version}/{key[::-1]}"


def test_other_values_are_not_unpickled(use_redis):
    redis = use_redis()
    redis.set_many({"a": Trap(), "b": "text", "c": True, "d": 1.5, "e": 7})
    assert get_many(redis, ["a", "b", "c", "d", "e"]) == {"e": 7}


def test_a_cached_result_is_read_without_a_new_client(transactional_db, use_cache, redis_server):
    store, token = use_cache(BACKEND, f"redis://{redis_server}"), make_token()
    results = [store.is_revoked(token) for _ in range(2)]
    with count_clients() as get_client:
        assert [*results, store.is_revoked(token)] == [False] * 3
    assert not get_client.called
