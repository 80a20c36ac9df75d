"""Answers that a shared cache remembers for seconds; the database gives them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from math import ceil
from time import perf_counter

from django.core.checks import CheckMessage
from django.db import connections, transaction

from token_revocation.stores.cache_checks import check_cache, check_timeout
from token_revocation.stores.database import DatabaseStore
from token_revocation.stores.forgiving import ForgivingCache
from token_revocation.stores.health import Health, seconds_since, warning
from token_revocation.stores.stopwatch import Stopwatch
from token_revocation.tokens import TokenRef

VERSION = 1
"""Of what we keep in the cache: another one shares nothing with this one."""

ASK = 0
"""Kept under a token or a subject of which there is news: ask the database."""


class CachedStore(DatabaseStore):
    """Remembers answers of the database in the Django cache ``cache`` for ``timeout`` seconds.

    One round trip to the cache answers for a token and all its subjects. A revocation is seen at
    once, and within ``timeout`` whatever becomes of the cache: flushed, evicted, restarted,
    written to in vain, or gone. Each of these costs queries.

    A token has one entry: the moment at which the database was asked, in microseconds by the
    database's clock, negative if the token is revoked. Why that suffices:

    * An entry counts for ``timeout`` seconds from *before* its question. What was answered
      before a revocation committed is therefore over ``timeout`` after the commit, however late
      it was written and whichever host reads it; when the cache lets it go does not matter.
    * :meth:`publish` says :data:`ASK` for longer than that, of the token or of a subject, before
      and after the commit. Answers are only ever added, so none replaces it.
    * What is read within a transaction may be older than it looks, or be rolled back. It answers
      its own request only, and what is remembered is asked for again after the commit.
    """

    def __init__(
        self, *, cache: str = "default", timeout: float = 5.0, using: str | None = None
    ) -> None:
        super().__init__(using=using)
        self.staleness_bound = timeout
        self._alias = cache
        self._cache = ForgivingCache(cache)
        self._stopwatches: dict[str, Stopwatch] = {}

    def is_revoked(self, token: TokenRef) -> bool:
        names = self._names(token.keys)
        found = self._cache.get_many(names)
        if found is None or ASK in found.values():
            return super().is_revoked(token)
        answer = self._recall(found.get(names[0]))
        return self._ask(token) if answer is None else answer

    def publish(self, keys: Iterable[uuid.UUID]) -> None:
        # Twice as long as needed, for a process that dies between commit and publication in a
        # transaction of up to ``timeout``; and one, for caches that count in whole seconds.
        seconds = ceil(2 * self.staleness_bound) + 1
        self._cache.set_many(dict.fromkeys(self._names(keys), ASK), seconds)

    def status(self) -> Mapping[str, object]:
        return {"errors": self._cache.failures}

    def health(self) -> Health:
        asked, began = super().health(), perf_counter()
        kept = self._keeps(f"token_revocation:{VERSION}:health")
        facts = {**asked.facts, "cache": self._alias, "cache_answered_in": seconds_since(began)}
        text = f"The cache {self._alias!r} does not keep what it is given; the database answers."
        return Health(facts=facts, problems=[*asked.problems, *([] if kept else [warning(text)])])

    def check(self) -> list[CheckMessage]:
        return [*check_cache(self._alias), *check_timeout(self.staleness_bound)]

    def _keeps(self, name: str) -> bool:
        self._cache.set_many({name: ASK}, 1)
        return name in (self._cache.get_many([name]) or ())

    def _names(self, keys: Iterable[uuid.UUID]) -> list[str]:
        using = self.database
        return [f"token_revocation:{VERSION}:{using}:{key.hex}" for key in keys]

    def _recall(self, entry: object) -> bool | None:
        """The answer that ``entry`` is; ``None`` if it is none, or too old.

        One from the future was dated by another clock, before the database got this one.
        """
        if not isinstance(entry, int):
            return None
        age = self._stopwatch.latest() - abs(entry)
        return entry < 0 if 0 <= age < self.staleness_bound * 1e6 else None

    def _ask(self, token: TokenRef) -> bool:
        using = self.database
        if not connections[using].in_atomic_block:
            return self._ask_and_remember(token)
        transaction.on_commit(lambda: self._ask_and_remember(token), using=using, robust=True)
        return super().is_revoked(token)

    def _ask_and_remember(self, token: TokenRef) -> bool:
        asked_at = self._stopwatch.earliest()
        answer = super().is_revoked(token)
        # It is off in every transaction, also in one that the project manages itself.
        if connections[self.database].autocommit:
            (name,) = self._names([token.key])
            self._cache.add(name, -asked_at if answer else asked_at, ceil(self.staleness_bound))
        return answer

    @property
    def _stopwatch(self) -> Stopwatch:
        using = self.database
        if using not in self._stopwatches:
            self._stopwatches[using] = Stopwatch(using)
        return self._stopwatches[using]
