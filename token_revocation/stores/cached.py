"""The store that caches results of the database in a Django cache."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import ceil
from time import perf_counter

from django.core.checks import CheckMessage
from django.db import connections, transaction

from token_revocation._tenants import Scope, current_scope
from token_revocation.stores._checks import check_cache, check_timeout
from token_revocation.stores._database_clock import DatabaseClock
from token_revocation.stores._fault_tolerant_cache import FaultTolerantCache
from token_revocation.stores.database import DatabaseStore
from token_revocation.stores.health import Health, seconds_since, warning
from token_revocation.stores.snapshot._database_identity import DatabaseIdentity
from token_revocation.tokens import TokenRef

KEY_VERSION = 1
"""Version of the cache entries; entries of another version are never read."""

INVALIDATED = 0
"""The entry of a token or subject whose state is changing: query the database."""


class CachedStore(DatabaseStore):
    """A store that caches the results of :class:`DatabaseStore` in a Django cache.

    One round trip to the cache covers a token and all its subjects. A revocation takes effect
    immediately, and within ``timeout`` if the cache is flushed, evicts entries, restarts, drops
    writes or fails. Each of these only costs queries.

    The entry of a token is the time of the database query, in microseconds by the database's
    clock, negative if the token is revoked. Three rules keep it correct:

    * An entry is valid for ``timeout`` seconds from *before* its query. So a result from before a
      revocation expires within ``timeout`` of the commit, however late it was written and
      whichever host reads it. When the cache deletes it does not matter.
    * :meth:`invalidate` writes :data:`INVALIDATED` for the token or subject for a longer time,
      before and after the commit. Results are only written with ``add()``, so none replaces it.
    * A result read in a transaction may be outdated or uncommitted. It is used for this request
      only, and read again for the cache after the commit.

    Args:
        cache: The alias of a Django cache that all processes share.
        timeout: The seconds for which a result is valid.
        using: The alias of the database to query; by default the one that revocations are
            written to.
    """

    def __init__(
        self, *, cache: str = "default", timeout: float = 5.0, using: str | None = None
    ) -> None:
        super().__init__(using=using)
        self.staleness_bound = timeout
        self._alias = cache
        self._cache = FaultTolerantCache(cache)
        self._clocks: dict[str, DatabaseClock] = {}
        self._identities: dict[Scope, DatabaseIdentity] = {}

    def is_revoked(self, token: TokenRef) -> bool:
        cache_keys = self._cache_keys(token.keys)
        if not cache_keys:
            return self._query_and_cache(token)
        found = self._cache.get_many(cache_keys)
        if found is None or INVALIDATED in found.values():
            return super().is_revoked(token)
        result = self._decode(found.get(cache_keys[0]))
        return self._query_and_cache(token) if result is None else result

    def invalidate(self, keys: Iterable[uuid.UUID], not_before: datetime | None = None) -> None:
        # Twice ``timeout``, for a process that dies between the commit and the second call, in a
        # transaction of up to ``timeout``. One second more, for caches with whole seconds.
        seconds = ceil(2 * self.staleness_bound) + 1
        self._cache.set_many(dict.fromkeys(self._cache_keys(keys), INVALIDATED), seconds)

    def status(self) -> Mapping[str, object]:
        return {"errors": self._cache.failures}

    def health(self) -> Health:
        database, started_at = super().health(), perf_counter()
        works = self._cache_works(f"token_revocation:{KEY_VERSION}:health")
        facts = {
            **database.facts,
            "cache": self._alias,
            "cache_answered_in": seconds_since(started_at),
        }
        text = f"The cache {self._alias!r} does not store values; the database is queried instead."
        problems = [] if works else [warning(text)]
        return Health(facts=facts, problems=[*database.problems, *problems])

    def check(self) -> list[CheckMessage]:
        return [*check_cache(self._alias), *check_timeout(self.staleness_bound)]

    def _cache_works(self, cache_key: str) -> bool:
        self._cache.set_many({cache_key: INVALIDATED}, 1)
        return cache_key in (self._cache.get_many([cache_key]) or ())

    def _cache_keys(self, keys: Iterable[uuid.UUID]) -> list[str]:
        """Return cache keys; none if the database and tenant cannot be identified."""
        scope = current_scope(self.database)
        identity = None if scope is None else self._identity(scope).get()
        if identity is None:
            return []
        return [f"token_revocation:{KEY_VERSION}:{identity}:{key.hex}" for key in keys]

    def _identity(self, scope: Scope) -> DatabaseIdentity:
        if scope not in self._identities:
            self._identities[scope] = DatabaseIdentity(scope)
        return self._identities[scope]

    def _decode(self, entry: object) -> bool | None:
        """Return the result in ``entry``; ``None`` if it is invalid or expired."""
        if not isinstance(entry, int):
            return None
        # A negative age comes from another clock, as after a failover of the database.
        age = self._clock.latest() - abs(entry)
        return entry < 0 if 0 <= age < self.staleness_bound * 1e6 else None

    def _query_and_cache(self, token: TokenRef) -> bool:
        using = self.database
        if current_scope(using) is None:
            return super().is_revoked(token)
        if not connections[using].in_atomic_block:
            return self._query_and_add(token)
        transaction.on_commit(lambda: self._query_and_add(token), using=using, robust=True)
        return super().is_revoked(token)

    def _query_and_add(self, token: TokenRef) -> bool:
        queried_at = self._clock.earliest()
        result = super().is_revoked(token)
        # Autocommit is off in every transaction, including those that the project manages itself.
        if connections[self.database].autocommit:
            entry = -queried_at if result else queried_at
            for cache_key in self._cache_keys([token.key]):
                self._cache.add(cache_key, entry, ceil(self.staleness_bound))
        return result

    @property
    def _clock(self) -> DatabaseClock:
        using = self.database
        if using not in self._clocks:
            self._clocks[using] = DatabaseClock(using)
        return self._clocks[using]
