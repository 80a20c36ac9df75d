"""The one snapshot of a process, and the care that it needs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from random import uniform
from threading import Lock

from django.db import Error, connections

from token_revocation.stores.database import DatabaseStore
from token_revocation.stores.snapshot.elapsed import elapsed
from token_revocation.stores.snapshot.loading import Snapshot, catch_up, load, number_some
from token_revocation.stores.snapshot.marks import Marks
from token_revocation.stores.snapshot.rows import Behind

logger = logging.getLogger("token_revocation")

LOADED_FOR = 3600.0
"""Seconds after which everything is loaded anew: so what was purged leaves the memory."""


class Keeper:
    """Loads a snapshot of the database of ``truth``, and carries it on every ``every`` seconds.

    A snapshot older than twice that is nobody's answer. It is loaded or carried on by one thread
    at a time, and read by any.
    """

    def __init__(self, truth: DatabaseStore, every: float) -> None:
        self.marks = Marks()
        self._truth = truth
        self._every = every
        self._snapshot: Snapshot | None = None
        self._load_at = 0.0
        self._failing = False
        self._failures = 0
        self._lock = Lock()

    def trusted(self) -> Snapshot | None:
        """The snapshot, unless it is older than the bound or there is none."""
        snapshot = self._snapshot
        if snapshot is None or elapsed() - snapshot.began > 2 * self._every:
            return None
        return snapshot

    def refresh(self) -> None:
        """Load the snapshot, or carry it on, over the connection of this thread.

        With too much news at once there is no snapshot until its rows have been numbered.
        """
        with self._lock, suppress(Behind):
            using = self._truth.database
            self._carry_on(using)
            if self._snapshot is None or elapsed() > self._load_at:
                self._load(using)

    def work(self) -> float:
        """:meth:`refresh` for a thread that does nothing else; how long it may rest then.

        Most processes do not begin at the same moment, and those that do part soon.
        """
        began = elapsed()
        try:
            self._refresh_alone()
        except Exception:  # Whatever it was, the next attempt may succeed.
            return self._give_up()
        self._failing = False
        return began + self._every * uniform(0.7, 1.0) - elapsed()  # noqa: S311

    def status(self) -> Mapping[str, object]:
        """For people and for monitoring."""
        snapshot = self._snapshot
        if snapshot is None:
            return {"loaded": False, "trusted": False, "errors": self._failures}
        return {
            "errors": self._failures,
            "loaded": True,
            "trusted": self.trusted() is not None,
            "age": round(elapsed() - snapshot.began, 3),
            "entries": len(snapshot.moments),
            "bytes": snapshot.moments.memory,
            "revision": snapshot.revision,
        }

    def _refresh_alone(self) -> None:
        connection = connections[self._truth.database]
        connection.ensure_connection()
        if not connection.get_autocommit():
            connection.set_autocommit(True)  # A project may begin transactions that never end.
        self.refresh()
        connection.close_if_unusable_or_obsolete()

    def _carry_on(self, using: str) -> None:
        if self._snapshot is None:
            return
        try:
            waiting = catch_up(self._snapshot, using)
        except Behind:
            self._snapshot = None
            return
        self.marks.forget(before=self._snapshot.began)
        with suppress(Error):  # Nothing depends on it but the length of the next reading.
            number_some(using, waiting)

    def _load(self, using: str) -> None:
        self._snapshot = load(using, meanwhile=partial(self._carry_on_if_due, using))
        self._load_at = elapsed() + LOADED_FOR * uniform(0.5, 1.0)  # noqa: S311
        self.marks.forget(before=self._snapshot.began)

    def _carry_on_if_due(self, using: str) -> None:
        if self._snapshot is not None and elapsed() - self._snapshot.began > self._every / 2:
            self._carry_on(using)

    def _give_up(self) -> float:
        """Say so once, and try again over a new connection: soon, for it may only have been cut."""
        self._failures += 1
        with suppress(Exception):
            connections.close_all()
        if self._failing:
            return self._every
        logger.exception("The snapshot could not be refreshed; the database answers instead.")
        self._failing = True
        return self._every / 4
