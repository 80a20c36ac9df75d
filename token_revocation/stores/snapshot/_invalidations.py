"""Changes of revocations that are not in the snapshot yet."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from threading import Lock

from token_revocation.clock import monotonic
from token_revocation.stores.snapshot._reader import Entries
from token_revocation.stores.snapshot._timestamp_map import FOREVER, short_key_from_hex, to_ticks
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, TokenRef

MAX_PUSHED_ENTRIES = 1000
"""With more entries, those of other processes are not added until the next refresh."""

MAX_ENTRIES = 2 * MAX_PUSHED_ENTRIES
"""With more entries, all tokens are looked up in the database until the next refresh."""


def to_entries(keys: Iterable[uuid.UUID], not_before: datetime | None) -> Entries:
    """Return the entry of each key; without ``not_before`` it affects all tokens."""
    ticks = FOREVER if not_before is None else to_ticks(not_before)
    return [(short_key_from_hex(key.hex), ticks) for key in keys]


class Invalidations:
    """Entries of tokens and subjects to look up in the database, with the time of each.

    They are separate from the snapshot, so that those of a rolled back transaction, or of a
    forged message, cost queries until the next refresh only.
    """

    def __init__(self) -> None:
        self._ticks: dict[int, int] = {}
        """The ticks of each short key."""
        self._added_at: dict[int, float] = {}
        self._all_added_at: float | None = None
        self._lock = Lock()

    def add(self, entries: Entries) -> None:
        """Require a database lookup for ``entries`` until a later :meth:`discard`."""
        with self._lock:
            self._add(entries)
            if len(self._ticks) > MAX_ENTRIES:
                self._all_added_at = monotonic()
                self._ticks.clear()
                self._added_at.clear()

    def add_pushed(self, entries: Entries) -> bool:
        """Add ``entries`` of another process; return ``False`` if there are too many."""
        with self._lock:
            if len(self._ticks) + len(entries) > MAX_PUSHED_ENTRIES:
                return False
            self._add(entries)
        return True

    def affects(self, token: TokenRef) -> bool:
        """Return whether ``token`` must be looked up in the database."""
        if self._all_added_at is not None:
            return True
        if not self._ticks:
            return False
        latest = max([self._ticks.get(key, 0) for key in token.short_keys])
        return latest > 0 and latest >= to_ticks(token.issued_at or BEFORE_ALL_CUTOFFS)

    def discard(self, before: float) -> None:
        """Remove entries added earlier than ``before``; a snapshot read since then has them."""
        with self._lock:
            for key in [key for key, added_at in self._added_at.items() if added_at < before]:
                del self._ticks[key], self._added_at[key]
            if self._all_added_at is not None and self._all_added_at < before:
                self._all_added_at = None

    def _add(self, entries: Entries) -> None:
        now = monotonic()
        for key, ticks in entries:
            self._ticks[key] = max(self._ticks.get(key, 0), ticks)
            self._added_at[key] = now
