"""The snapshot of the revocation tables: loading it, and applying later changes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from token_revocation.clock import monotonic
from token_revocation.stores.snapshot import _reader
from token_revocation.stores.snapshot._changes import read_changes
from token_revocation.stores.snapshot._reader import ReloadRequired, Watermarks
from token_revocation.stores.snapshot._revisions import (
    BATCH_SIZE,
    State,
    assign_revision,
    current_state,
    last_revision,
)
from token_revocation.stores.snapshot._timestamp_map import TimestampMap, to_ticks
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, TokenRef

WATERMARK_INTERVAL_SECONDS = 5.0
"""Watermarks are read again after this time. No cutoff is created and purged within it, and
cutoffs that were read before their purge stay in the snapshot."""

RENUMBER_THRESHOLD = 100
"""Rows without a revision are read by every refresh, which is cheap up to this number."""


class Snapshot:
    """All revocations committed before :attr:`as_of`, and possibly later ones.

    It may contain deleted revocations, and may confuse the keys of two tokens. So it proves that
    a token is not revoked, but never that it is revoked: the database decides then.
    """

    def __init__(self, *, expected: int, state: State) -> None:
        self.timestamps = TimestampMap(expected)
        self.state = state
        self.as_of = float("-inf")
        """The time of the monotonic clock just before the last read, in seconds."""
        self.watermarks: Watermarks = {}

    def may_be_revoked(self, token: TokenRef) -> bool:
        """Return ``False`` if the database has no reason to reject ``token``."""
        latest = self.timestamps.get_latest(token.short_keys)
        if latest > 0 and latest >= to_ticks(token.issued_at or BEFORE_ALL_CUTOFFS):
            return True
        return bool(self.watermarks) and self._is_older_than_watermark(token)

    def _is_older_than_watermark(self, token: TokenRef) -> bool:
        minted_at = token.minted_at or BEFORE_ALL_CUTOFFS
        found = [self.watermarks[key] for key in token.watermark_keys if key in self.watermarks]
        return bool(found) and minted_at <= max(found)

    def update(self, entries: _reader.Entries) -> None:
        """Add ``entries``; raise :class:`ReloadRequired` if the map is full."""
        if self.timestamps.is_full:
            raise ReloadRequired
        self.timestamps.update(entries)


def load(using: str, on_batch: Callable[[], object] = lambda: None) -> Snapshot:
    """Load a snapshot of all revocations; call ``on_batch`` every few milliseconds.

    Raises :class:`ReloadRequired` if rows are inserted faster than they get a revision.
    """
    _assign_backlog(using)
    # Read the state first: later commits are then read as changes.
    state = current_state(using)
    snapshot = Snapshot(expected=_reader.count_rows(using), state=state)
    for entries in _reader.read_all(using):
        snapshot.update(entries)
        on_batch()
    apply_changes(snapshot, using)
    return snapshot


def apply_changes(snapshot: Snapshot, using: str) -> int:
    """Add later commits to ``snapshot``; return the number of rows without a revision.

    Raises :class:`ReloadRequired` if there are too many changes, or the database was restored.
    """
    as_of = monotonic()
    state, unnumbered, numbered, upto = read_changes(using, snapshot.state.revision)
    if state is None or not state.follows(snapshot.state):
        raise ReloadRequired  # Another database, or a restored backup.
    later = _reader.read_numbered(using, upto, state.revision)
    for entries in chain([unnumbered, numbered], later):
        snapshot.update(entries)
    if as_of - snapshot.as_of > WATERMARK_INTERVAL_SECONDS:
        # Read watermarks last. A purge writes them before it deletes rows, so they cover every
        # row that was deleted before it could be read.
        snapshot.watermarks = _reader.read_watermarks(using)
    snapshot.state, snapshot.as_of = state, as_of
    return len(unnumbered)


def assign_revisions_if_needed(using: str, unnumbered_count: int) -> None:
    """Assign revisions if many rows have none, unless another process is doing so."""
    if unnumbered_count > RENUMBER_THRESHOLD:
        for _ in range(0, unnumbered_count, BATCH_SIZE):
            assign_revision(using)


def _assign_backlog(using: str) -> None:
    """Assign revisions until few enough rows are left for one refresh."""
    try:
        read_changes(using, last_revision(using))
    except ReloadRequired:
        while (assigned := assign_revision(using)) == BATCH_SIZE:
            pass
        if assigned is None:
            raise
