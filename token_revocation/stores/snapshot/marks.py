"""What this process has heard of, and the snapshot has not."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from threading import Lock

from token_revocation.stores.snapshot.elapsed import elapsed
from token_revocation.tokens import TokenRef

MOST = 1000
"""Above so many keys it is cheaper to ask about every token until the next refresh."""


class Marks:
    """Keys of tokens and subjects about which the database must be asked, and since when."""

    def __init__(self) -> None:
        self._since: dict[uuid.UUID, float] = {}
        self._everything_since: float | None = None
        self._lock = Lock()

    def add(self, keys: Iterable[uuid.UUID]) -> None:
        """Ask about these until :meth:`forget` is called with a later moment."""
        now = elapsed()
        with self._lock:
            self._since.update(dict.fromkeys(keys, now))
            if len(self._since) > MOST:
                self._everything_since = now
                self._since.clear()

    def touch(self, token: TokenRef) -> bool:
        """Whether the database must be asked about ``token``."""
        if self._everything_since is not None:
            return True
        return bool(self._since) and any(key in self._since for key in token.keys)

    def forget(self, before: float) -> None:
        """Drop what was marked earlier than ``before``: a snapshot read since then knows it."""
        with self._lock:
            for key in [key for key, since in self._since.items() if since < before]:
                del self._since[key]
            if self._everything_since is not None and self._everything_since < before:
                self._everything_since = None
