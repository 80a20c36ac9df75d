"""A Django cache whose failures are logged and never raised."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.core.cache import BaseCache, caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connections, router

from token_revocation.stores._redis_client import get_many

logger = logging.getLogger("token_revocation")

RETRY_DELAY_SECONDS = 1.0
"""No read is tried for this time after a failure, as each request would wait for a hung cache."""

LOG_INTERVAL_SECONDS = 60.0
"""Failures are logged at most once in this time."""


class FaultTolerantCache:
    """The cache ``alias``; on failure, reads find nothing and writes are dropped.

    ``failures`` counts the failures for monitoring; concurrent ones may be counted once.
    """

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self.failures = 0
        self._retry_at = self._log_again_at = float("-inf")

    def get_many(self, keys: Sequence[str]) -> Mapping[str, Any] | None:
        """Return the values that are found, in one round trip; ``None`` on failure."""
        if monotonic() < self._retry_at:
            return None
        found: Mapping[str, Any] | None = None
        with self._failures_logged():
            cache = self._cache
            if not _is_in_transaction(cache):
                found = get_many(cache, keys)
        return found

    def add(self, key: str, value: Any, timeout: float) -> None:
        """Store ``value`` for ``timeout`` seconds, unless the key exists."""
        with self._failures_logged():
            self._cache.add(key, value, timeout)

    def set_many(self, values: dict[str, Any], timeout: float) -> None:
        """Store ``values`` for ``timeout`` seconds; also tried just after a failure."""
        with self._failures_logged():
            if not _is_in_transaction(self._cache):
                self._cache.set_many(values, timeout)

    @property
    def _cache(self) -> BaseCache:
        return caches[self._alias]  # Each thread has its own connection.

    @contextmanager
    def _failures_logged(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            self.failures += 1
            self._retry_at = monotonic() + RETRY_DELAY_SECONDS
            self._log_failure()

    def _log_failure(self) -> None:
        if monotonic() < self._log_again_at:
            return
        self._log_again_at = monotonic() + LOG_INTERVAL_SECONDS
        message = "The cache %r failed; the database is queried instead."
        logger.warning(message, self._alias, exc_info=True)


def _is_in_transaction(cache: BaseCache) -> bool:
    """Return whether ``cache`` is a database table, and a transaction is open there.

    Its rows would be rolled back with the transaction and stay locked until its end, and an error
    would break the transaction.
    """
    if not isinstance(cache, BaseDatabaseCache):
        return False
    model = cache.cache_model_class
    aliases = (router.db_for_write(model), router.db_for_read(model))
    return any(connections[alias].in_atomic_block for alias in aliases)
