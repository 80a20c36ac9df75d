"""Keys that were invalidated in this process and are not in the snapshot yet."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from threading import Lock

from token_revocation.clock import monotonic
from token_revocation.tokens import TokenRef

MAX_KEYS = 1000
"""With more keys, all tokens are looked up in the database until the next refresh."""


class Invalidations:
    """Keys of tokens and subjects to look up in the database, with the time of each."""

    def __init__(self) -> None:
        self._added_at: dict[uuid.UUID, float] = {}
        self._all_added_at: float | None = None
        self._lock = Lock()

    def add(self, keys: Iterable[uuid.UUID]) -> None:
        """Require a database lookup for ``keys`` until a later :meth:`discard`."""
        now = monotonic()
        with self._lock:
            self._added_at.update(dict.fromkeys(keys, now))
            if len(self._added_at) > MAX_KEYS:
                self._all_added_at = now
                self._added_at.clear()

    def affects(self, token: TokenRef) -> bool:
        """Return whether ``token`` must be looked up in the database."""
        if self._all_added_at is not None:
            return True
        return bool(self._added_at) and any(key in self._added_at for key in token.keys)

    def discard(self, before: float) -> None:
        """Remove keys added earlier than ``before``; a snapshot read since then has them."""
        with self._lock:
            for key in [key for key, added_at in self._added_at.items() if added_at < before]:
                del self._added_at[key]
            if self._all_added_at is not None and self._all_added_at < before:
                self._all_added_at = None
