"""Authenticated tokens in memory, for at most ``AUTHENTICATION_CACHE_TTL``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import blake2b
from itertools import islice, takewhile
from threading import Lock
from typing import Any

from django.db import connections, transaction

from token_revocation._tenants import Scope, current_scope
from token_revocation.clock import monotonic
from token_revocation.conf import ACCOUNT_EVENTS, settings
from token_revocation.stores import get_store
from token_revocation.stores._cached_rows import CachedRow

MAX_ENTRIES = 10_000
"""Takes about 20 megabytes with Django's user model; 30 with OAuth Toolkit, which has clients."""

EVICTION_BATCH = 8

ALL_EVENTS = frozenset(ACCOUNT_EVENTS)

ALL_USERS = object()
"""Argument of :meth:`AuthenticationCache.invalidate` for the tokens of all users."""

CacheKey = tuple[Any, Scope, bytes]


class AuthenticationCache:
    """The owners of presented tokens, shared by all threads of the process.

    It tells whom a token belongs to, never whether it is revoked. An entry is valid from its
    read for :func:`ttl_seconds`, unless :meth:`invalidate` is called. Keys are keyed digests with
    a secret of this process, so a memory dump does not help to test guessed tokens elsewhere.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Remove all entries, also after a fork."""
        # A new lock, as another thread of the parent may have held the old one.
        self._lock = Lock()
        self._secret = os.urandom(32)
        self._empty_digest = blake2b(key=self._secret, digest_size=16)
        self._entries: dict[CacheKey, CachedRow] = {}
        self._invalidated_at: dict[str, float] = {}
        self._all_invalidated_at = float("-inf")

    def get(self, source: Any, raw: str | bytes, *, using: str) -> list[Any] | None:
        """Return the row of ``raw`` in ``source`` for the current tenant, or ``None``."""
        scope = current_scope(using) if self._entries else None
        entry = self._entries.get(self._key(source, scope, raw)) if scope else None
        if entry is None or entry.read_at <= self._valid_since(entry.user_id):
            return None
        return entry.restore(raw)

    def set(
        self,
        source: Any,
        raw: str | bytes,
        row: Sequence[Any],
        *,
        user_id: Any,
        read_at: float,
        using: str,
    ) -> None:
        """Store ``row``, which was read from ``using`` at ``read_at`` or later.

        A row read in a transaction may be uncommitted, so it is stored after the commit.
        """
        scope = current_scope(using) if ttl_seconds() > 0 else None
        if scope is None:
            return
        entry = CachedRow.create(row, raw, user_id=str(user_id), read_at=read_at)
        key = self._key(source, scope, raw)
        if connections[using].in_atomic_block:
            transaction.on_commit(lambda: self._put(key, entry), using=using, robust=True)
        elif connections[using].get_autocommit():
            self._put(key, entry)

    def invalidate(self, user_id: Any) -> None:
        """Invalidate the tokens of a user, or of :data:`ALL_USERS`, that were read before now."""
        if settings.AUTHENTICATION_CACHE_TTL is None:
            return
        with self._lock:
            self._invalidated_at[str(user_id)] = monotonic()
            if user_id is ALL_USERS or len(self._invalidated_at) > MAX_ENTRIES:
                self._all_invalidated_at = monotonic()
                self._invalidated_at.clear()

    def __len__(self) -> int:
        return len(self._entries)

    def _key(self, source: Any, scope: Scope, raw: str | bytes) -> CacheKey:
        data = raw.encode() if isinstance(raw, str) else raw
        digest = self._empty_digest.copy()
        digest.update(data)
        return source, scope, digest.digest()

    def _valid_since(self, user_id: str) -> float:
        invalidated_at = self._invalidated_at.get(user_id, self._all_invalidated_at)
        return max(invalidated_at, self._all_invalidated_at, monotonic() - ttl_seconds())

    def _put(self, key: CacheKey, entry: CachedRow) -> None:
        with self._lock:
            self._entries.pop(key, None)
            self._evict()
            self._entries[key] = entry

    def _evict(self) -> None:
        """Remove some of the oldest entries, if they have expired or the cache is full."""
        expired_at = monotonic() - ttl_seconds()
        oldest = islice(self._entries.items(), EVICTION_BATCH)
        evicted = [key for key, _ in takewhile(lambda item: item[1].read_at <= expired_at, oldest)]
        if len(self._entries) >= MAX_ENTRIES and not evicted:
            evicted = [next(iter(self._entries))]
        for key in evicted:
            del self._entries[key]


def ttl_seconds() -> float:
    """Return the seconds for which an entry is valid; 0 if the cache is off."""
    ttl = settings.AUTHENTICATION_CACHE_TTL
    if ttl is None:
        return 0.0
    seconds: float = ttl.total_seconds()
    # Without all events in REVOKE_ON, other processes do not learn of account changes. Entries
    # then live no longer than a revocation needs to reach them.
    events = settings.REVOKE_ON
    has_all_events = events is ACCOUNT_EVENTS or ALL_EVENTS.issubset(events)
    return seconds if has_all_events else min(seconds, get_store().staleness_bound)


authentication_cache = AuthenticationCache()

if hasattr(os, "register_at_fork"):  # pragma: no branch - only Windows has no fork
    os.register_at_fork(after_in_child=authentication_cache.clear)
