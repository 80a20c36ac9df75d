"""A cache whose failures cost time and nothing else."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.core.cache import BaseCache, caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connections, router

logger = logging.getLogger("token_revocation")

REST = 1.0
"""Seconds without reading after a failure, lest each request wait for a cache that hangs."""

SILENCE = 60.0
"""Seconds between two lines of the log about it."""


class ForgivingCache:
    """The cache ``alias`` of the project; when it fails, it has nothing and keeps nothing.

    Nothing here raises. A cache that is a table of a database in whose transaction we are is
    left alone: its rows would be rolled back with it and lock others out until its end, and an
    error in it would end the transaction itself. ``failures`` says how often it failed: for
    monitoring, so two threads that count at the same moment may count one.
    """

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self.failures = 0
        self._read_again_at = self._log_again_at = float("-inf")

    def get_many(self, names: Iterable[str]) -> Mapping[str, Any] | None:
        """What it has, in one round trip; ``None`` if it cannot say."""
        if monotonic() < self._read_again_at:
            return None
        found: Mapping[str, Any] | None = None
        with self._forgiven():
            if not _is_within_transaction(self._cache):
                found = self._cache.get_many(names)
        return found

    def add(self, name: str, value: Any, seconds: float) -> None:
        """Keep ``value``, unless there is one already."""
        with self._forgiven():
            self._cache.add(name, value, seconds)

    def set_many(self, values: dict[str, Any], seconds: float) -> None:
        """Keep ``values`` whatever there is; tried also after a failure."""
        with self._forgiven():
            if not _is_within_transaction(self._cache):
                self._cache.set_many(values, seconds)

    @property
    def _cache(self) -> BaseCache:
        """That of this thread."""
        return caches[self._alias]

    @contextmanager
    def _forgiven(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            self.failures += 1
            self._read_again_at = monotonic() + REST
            self._complain()

    def _complain(self) -> None:
        if monotonic() < self._log_again_at:
            return
        self._log_again_at = monotonic() + SILENCE
        message = "The cache %r fails; the database is asked instead."
        logger.warning(message, self._alias, exc_info=True)


def _is_within_transaction(cache: BaseCache) -> bool:
    if not isinstance(cache, BaseDatabaseCache):
        return False
    model = cache.cache_model_class
    aliases = (router.db_for_write(model), router.db_for_read(model))
    return any(connections[alias].in_atomic_block for alias in aliases)
