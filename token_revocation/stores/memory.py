"""What this process remembers of the tokens that it has read, for ``REMEMBER``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import blake2b
from itertools import islice, takewhile
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from token_revocation.conf import ACCOUNT_EVENTS, settings
from token_revocation.stores import get_store
from token_revocation.stores.joined import JoinedQuery
from token_revocation.stores.snapshot.elapsed import elapsed
from token_revocation.tokens import TokenRef

MOST = 10_000
"""How many tokens are remembered at most: some 20 megabytes, with the user model of Django."""

UNCHANGEABLE = frozenset(
    {bool, bytes, date, datetime, Decimal, float, int, str, time, timedelta, type(None), UUID}
    | {JoinedQuery, TokenRef}
)

ALL_EVENTS = frozenset(ACCOUNT_EVENTS)

Name = tuple[Any, bytes]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class Remembered:
    """The columns of a token and its user, without the token itself: whoever presents it has it."""

    read_at: float
    user_id: str
    row: Sequence[Any]
    holes: Sequence[int]
    changeable: Sequence[int]

    def filled(self, raw: str) -> list[Any]:
        """The columns as they were read; what can be changed is a copy for one request."""
        row = [*self.row]
        for place in self.holes:
            row[place] = raw
        for place in self.changeable:
            row[place] = deepcopy(row[place])
        return row


class Memory:
    """Columns of tokens and users, by what a client presents; all threads share it.

    It says who a token belongs to, never whether it is revoked. An entry counts from before it
    was read, for :func:`seconds`, and until :meth:`forget`. Its name is a digest that is keyed
    with a secret of this process, so who sees the memory cannot test guesses elsewhere.
    """

    def __init__(self) -> None:
        self.start_over()

    def start_over(self) -> None:
        """Know nothing. In a child too: a thread may have held the lock when it was forked."""
        self._lock = Lock()
        self._secret = os.urandom(32)
        self._entries: dict[Name, Remembered] = {}
        self._changed: dict[str, float] = {}
        self._all_changed = float("-inf")

    def recall(self, source: Any, raw: str) -> list[Any] | None:
        """The row that was found for ``raw`` in ``source`` a moment ago."""
        entry = self._entries.get(self._name(source, raw)) if self._entries else None
        if entry is None or entry.read_at <= self._known_since(entry.user_id):
            return None
        return entry.filled(raw)

    def keep(
        self, source: Any, raw: str, row: Sequence[Any], *, user_id: Any, read_at: float, using: str
    ) -> None:
        """Remember ``row``, read not earlier than ``read_at`` from the database ``using``.

        What a transaction reads may be its own, so it waits for the commit.
        """
        if seconds() <= 0:
            return
        holes = [n for n, value in enumerate(row) if value == raw]
        rest = [None if n in holes else value for n, value in enumerate(row)]
        changeable = [n for n, value in enumerate(rest) if type(value) not in UNCHANGEABLE]
        entry = Remembered(
            read_at=read_at, user_id=str(user_id), row=rest, holes=holes, changeable=changeable
        )
        name = self._name(source, raw)
        if connections[using].in_atomic_block:
            transaction.on_commit(lambda: self._put(name, entry), using=using, robust=True)
        elif connections[using].get_autocommit():
            self._put(name, entry)

    def forget(self, user_id: Any) -> None:
        """What was read until now of the tokens of this user counts no more."""
        if settings.REMEMBER is None:
            return
        with self._lock:
            self._changed[str(user_id)] = elapsed()
            if len(self._changed) > MOST:
                self._all_changed = elapsed()
                self._changed.clear()

    def __len__(self) -> int:
        return len(self._entries)

    def _name(self, source: Any, raw: str) -> Name:
        return source, blake2b(raw.encode(), key=self._secret, digest_size=16).digest()

    def _known_since(self, user_id: str) -> float:
        """The moment from which on an entry must have been read."""
        changed = self._changed.get(user_id, self._all_changed)
        return max(changed, self._all_changed, elapsed() - seconds())

    def _put(self, name: Name, entry: Remembered) -> None:
        with self._lock:
            self._entries.pop(name, None)
            self._make_room()
            self._entries[name] = entry

    def _make_room(self) -> None:
        """Let go of the oldest, a few at a time, if they count no more or are too many."""
        oldest, horizon = elapsed() - seconds(), islice(self._entries.items(), 8)
        gone = [name for name, _ in takewhile(lambda item: item[1].read_at <= oldest, horizon)]
        if len(self._entries) >= MOST and not gone:
            gone = [next(iter(self._entries))]
        for name in gone:
            del self._entries[name]


def seconds() -> float:
    """How long a token is remembered now; 0 for not at all.

    ``REMEMBER``; but where ``REVOKE_ON`` lacks an event, so that another process may not hear of
    it, no longer than that process would need to be heard.
    """
    longest = settings.REMEMBER
    if longest is None:
        return 0.0
    told = ALL_EVENTS.issubset(settings.REVOKE_ON)
    chosen: float = longest.total_seconds()
    return chosen if told else min(chosen, get_store().staleness_bound)


memory = Memory()
"""That of this process."""

if hasattr(os, "register_at_fork"):  # pragma: no branch - only Windows has no fork
    os.register_at_fork(after_in_child=memory.start_over)
