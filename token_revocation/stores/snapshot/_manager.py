"""Loading and refreshing the snapshot of one database and tenant."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from contextlib import suppress
from random import uniform
from threading import Lock

from django.db import Error, connections

from token_revocation.clock import monotonic
from token_revocation.stores.snapshot._invalidations import Invalidations
from token_revocation.stores.snapshot._loader import (
    Snapshot,
    apply_changes,
    assign_revisions_if_needed,
    load,
)
from token_revocation.stores.snapshot._reader import ReloadRequired
from token_revocation.stores.snapshot._tenant_schema import SelectSchema, keep_schema

logger = logging.getLogger("token_revocation")

RELOAD_INTERVAL_SECONDS = 3600.0
"""The snapshot is loaded again at least this often, so that purged rows leave the memory."""


class SnapshotManager:
    """The snapshot of a database, refreshed every ``refresh_every`` seconds.

    A snapshot older than twice that is not used. One thread at a time loads or refreshes it; all
    threads that serve the tenant read it. ``select_schema`` switches a connection to the tenant.
    """

    def __init__(
        self, using: str, refresh_every: float, select_schema: SelectSchema = keep_schema
    ) -> None:
        self.invalidations = Invalidations()
        self.used_at = monotonic()
        self._using = using
        self._refresh_every = refresh_every
        self._select_schema = select_schema
        self._snapshot: Snapshot | None = None
        self._reload_at = 0.0
        self._is_failing = False
        self._failures = 0
        self._lock = Lock()

    @property
    def identity(self) -> uuid.UUID | None:
        """The identity of the tables that were loaded; ``None`` before."""
        snapshot = self._snapshot
        return None if snapshot is None else snapshot.state.identity

    def get_snapshot(self) -> Snapshot | None:
        """Return the snapshot, or ``None`` if it is missing or too old."""
        snapshot, self.used_at = self._snapshot, monotonic()
        if snapshot is None or self.used_at - snapshot.as_of > 2 * self._refresh_every:
            return None
        return snapshot

    def refresh(self) -> None:
        """Load the snapshot or apply changes, over the connection of this thread.

        After too many changes there is no snapshot until their rows have revisions.
        """
        with self._lock, suppress(ReloadRequired):
            self._apply_changes()
            if self._snapshot is None or monotonic() > self._reload_at:
                self._load()

    def run_once(self) -> float:
        """Run :meth:`refresh` in the worker thread; return the seconds until the next run."""
        started_at = monotonic()
        try:
            self._refresh_in_worker()
        except Exception:  # Any error may be temporary, so the worker must go on.
            return self._handle_failure()
        self._is_failing = False
        # The random factor spreads the refreshes of processes that were started together.
        return started_at + self._refresh_every * uniform(0.7, 1.0) - monotonic()  # noqa: S311

    def status(self) -> Mapping[str, object]:
        """Return the state of the snapshot, for monitoring."""
        snapshot = self._snapshot
        if snapshot is None:
            return {"loaded": False, "trusted": False, "errors": self._failures}
        return {
            "errors": self._failures,
            "loaded": True,
            "trusted": monotonic() - snapshot.as_of <= 2 * self._refresh_every,
            "age": round(monotonic() - snapshot.as_of, 3),
            "entries": len(snapshot.timestamps),
            "bytes": snapshot.timestamps.memory_bytes,
            "revision": snapshot.state.revision,
        }

    def _refresh_in_worker(self) -> None:
        connection = connections[self._using]
        connection.ensure_connection()
        if not connection.get_autocommit():
            # With AUTOCOMMIT off, the transaction of this thread would never end.
            connection.set_autocommit(True)
        self._select_schema(connection)
        self.refresh()
        connection.close_if_unusable_or_obsolete()

    def _apply_changes(self) -> None:
        if self._snapshot is None:
            return
        try:
            unnumbered_count = apply_changes(self._snapshot, self._using)
        except ReloadRequired:
            self._snapshot = None
            return
        self.invalidations.discard(before=self._snapshot.as_of)
        with suppress(Error):  # Without it, the next refresh only takes longer.
            assign_revisions_if_needed(self._using, unnumbered_count)

    def _load(self) -> None:
        self._snapshot = load(self._using, on_batch=self._apply_changes_if_due)
        self._reload_at = monotonic() + RELOAD_INTERVAL_SECONDS * uniform(0.5, 1.0)  # noqa: S311
        self.invalidations.discard(before=self._snapshot.as_of)

    def _apply_changes_if_due(self) -> None:
        snapshot = self._snapshot
        if snapshot is not None and monotonic() - snapshot.as_of > self._refresh_every / 2:
            self._apply_changes()

    def _handle_failure(self) -> float:
        """Log the first of several failures; return the seconds until the next attempt."""
        self._failures += 1
        if self._is_disconnected():
            self._snapshot = None  # The next connection may lead to another database.
        with suppress(Exception):
            connections.close_all()
        if self._is_failing:
            return self._refresh_every
        logger.exception("The snapshot could not be refreshed; the database is queried instead.")
        self._is_failing = True
        return self._refresh_every / 4  # Soon, as a new connection often solves it.

    def _is_disconnected(self) -> bool:
        with suppress(Exception):
            connection = connections[self._using]
            return connection.connection is None or not connection.is_usable()
        return True
