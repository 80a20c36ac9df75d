"""What can be wrong with the cache that a store was given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

from django.conf import settings
from django.core.cache import InvalidCacheBackendError, caches
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.checks import CheckMessage, Error, Warning

UNSHARED = (DummyCache, FileBasedCache, LocMemCache)

REPLICATED = {"django.core.cache.backends.redis.RedisCache", "django_redis.cache.RedisCache"}
"""Backends that write to their first location and read from any of the others."""

SHARDED = "django_redis.client.ShardClient"
"""With it each location has keys of its own."""


def check_cache(alias: str) -> Iterator[CheckMessage]:
    """An alias that leads nowhere, or to a cache that cannot do this."""
    try:
        backend = type(caches[alias])
    except (InvalidCacheBackendError, ImportError) as error:
        yield Error(
            f"STORE_OPTIONS of TOKEN_REVOCATION: the cache {alias!r} cannot be used. {error}",
            hint="Name one of the aliases in CACHES.",
            id="token_revocation.E010",
        )
        return
    if issubclass(backend, UNSHARED):
        yield Warning(
            f"The cache {alias!r} is not shared by all processes and hosts ({backend.__name__}), "
            "so a revocation may take the whole timeout to be seen.",
            hint="Name a cache in Redis or Memcached, or use the DatabaseStore.",
            id="token_revocation.W010",
        )
    if _reads_replicas(settings.CACHES[alias], backend):
        yield Warning(
            f"The cache {alias!r} writes to its first location and reads from the others, so a "
            "revocation is seen when it has been copied to them.",
            hint="Name a cache with one location.",
            id="token_revocation.W011",
        )


def check_timeout(timeout: Any) -> Iterator[CheckMessage]:
    """A time that is none."""
    if not isinstance(timeout, int | float) or not 0 < timeout < inf:
        yield Error(
            f"STORE_OPTIONS of TOKEN_REVOCATION: timeout is {timeout!r}.",
            hint="Give a number of seconds above zero.",
            id="token_revocation.E011",
        )


def _reads_replicas(config: Mapping[str, Any], backend: type) -> bool:
    if config.get("OPTIONS", {}).get("CLIENT_CLASS") == SHARDED:
        return False
    names = {f"{parent.__module__}.{parent.__qualname__}" for parent in backend.__mro__}
    return bool(names & REPLICATED) and len(_locations(config)) > 1


def _locations(config: Mapping[str, Any]) -> list[str]:
    location = config.get("LOCATION", "")
    return re.split("[;,]", location) if isinstance(location, str) else list(location)
