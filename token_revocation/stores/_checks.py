"""System checks of the options of stores, and of the authentication cache."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings as django_settings
from django.core.cache import InvalidCacheBackendError, caches
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.checks import CheckMessage, Error, Warning

from token_revocation.conf import ACCOUNT_EVENTS, settings
from token_revocation.stores import get_store
from token_revocation.stores.base import RevocationStore

LOCAL_BACKENDS = (DummyCache, FileBasedCache, LocMemCache)

MAX_SECONDS = 24 * 3600
"""The largest ``timeout`` or ``refresh_every`` that a store accepts."""

MIN_REFRESH_SECONDS = 0.01
"""A shorter interval would keep the thread permanently busy."""

MAX_AUTHENTICATION_CACHE_TTL = timedelta(minutes=1)
"""A few seconds already save most queries; changes without a signal are seen after this time."""

REPLICATED_BACKENDS = {
    "django.core.cache.backends.redis.RedisCache",
    "django_redis.cache.RedisCache",
}
"""Backends that write to their first location and read from the others."""

SHARD_CLIENT = "django_redis.client.ShardClient"
"""A client that distributes the keys over all locations, without replicas."""


def check_cache(alias: str) -> Iterator[CheckMessage]:
    """Check that ``alias`` is a working cache, shared by all processes."""
    try:
        backend = type(caches[alias])
    except (InvalidCacheBackendError, ImportError) as error:
        yield Error(
            f"TOKEN_REVOCATION['STORE_OPTIONS']: the cache {alias!r} cannot be used. {error}",
            hint="Use one of the aliases in CACHES.",
            id="token_revocation.E010",
        )
        return
    if issubclass(backend, LOCAL_BACKENDS):
        yield Warning(
            f"The cache {alias!r} is not shared by all processes and hosts ({backend.__name__}), "
            "so a revocation may take effect only after the timeout.",
            hint="Use a cache in Redis or Memcached, or the DatabaseStore.",
            id="token_revocation.W010",
        )
    if _reads_replicas(django_settings.CACHES[alias], backend):
        yield Warning(
            f"The cache {alias!r} writes to its first location and reads from the others, so a "
            "revocation takes effect only after replication.",
            hint="Use a cache with one location.",
            id="token_revocation.W011",
        )


def check_timeout(timeout: Any) -> Iterator[CheckMessage]:
    """Check that ``timeout`` is a number of seconds in the supported range."""
    if not isinstance(timeout, int | float) or not 0 < timeout <= MAX_SECONDS:
        yield Error(
            f"TOKEN_REVOCATION['STORE_OPTIONS']: timeout is {timeout!r}.",
            hint=f"Use a number of seconds above 0, and at most {MAX_SECONDS}.",
            id="token_revocation.E011",
        )


def check_interval(refresh_every: Any) -> Iterator[CheckMessage]:
    """Check that ``refresh_every`` is a number of seconds in the supported range."""
    if not isinstance(refresh_every, int | float) or not (
        MIN_REFRESH_SECONDS <= refresh_every <= MAX_SECONDS
    ):
        yield Error(
            f"TOKEN_REVOCATION['STORE_OPTIONS']['refresh_every'] is {refresh_every!r}.",
            hint=f"Use a number of seconds from {MIN_REFRESH_SECONDS} to {MAX_SECONDS}.",
            id="token_revocation.E012",
        )


def check_authentication_cache() -> Iterator[CheckMessage]:
    """Check for a time that is too long or has no effect."""
    ttl = settings.AUTHENTICATION_CACHE_TTL
    if not isinstance(ttl, timedelta):
        return
    if ttl > MAX_AUTHENTICATION_CACHE_TTL:
        yield Warning(
            f"TOKEN_REVOCATION['AUTHENTICATION_CACHE_TTL'] is {ttl}: changes of a user or token "
            "by QuerySet.update() or raw SQL take effect only after this time.",
            hint=f"Use at most {MAX_AUTHENTICATION_CACHE_TTL}.",
            id="token_revocation.W030",
        )
    if type(get_store()).is_known_valid is RevocationStore.is_known_valid:
        yield Warning(
            "TOKEN_REVOCATION['AUTHENTICATION_CACHE_TTL'] has no effect: the store queries the "
            "database or cache for every token.",
            hint="Use the SnapshotStore, which answers from memory, or remove the setting.",
            id="token_revocation.W031",
        )
    missing = set(ACCOUNT_EVENTS).difference(settings.REVOKE_ON)
    if missing:
        yield Warning(
            "TOKEN_REVOCATION['AUTHENTICATION_CACHE_TTL'] is limited to the staleness_bound of "
            f"the store: REVOKE_ON lacks {', '.join(sorted(missing))}, so other processes do not "
            "learn of these events.",
            hint="Add the events to REVOKE_ON.",
            id="token_revocation.W032",
        )


def _reads_replicas(config: Mapping[str, Any], backend: type) -> bool:
    if config.get("OPTIONS", {}).get("CLIENT_CLASS") == SHARD_CLIENT:
        return False
    names = {f"{parent.__module__}.{parent.__qualname__}" for parent in backend.__mro__}
    return bool(names & REPLICATED_BACKENDS) and len(_locations(config)) > 1


def _locations(config: Mapping[str, Any]) -> list[str]:
    location = config.get("LOCATION", "")
    return re.split("[;,]", location) if isinstance(location, str) else list(location)
