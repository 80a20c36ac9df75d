"""The store that answers from memory."""

from __future__ import annotations

import atexit
import os
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Any, cast
from weakref import WeakSet, finalize

from django.core.checks import CheckMessage
from django.db import connections
from django.utils.module_loading import import_string

from token_revocation._tenants import current_scope
from token_revocation.stores._checks import check_interval
from token_revocation.stores.base import RevocationStore
from token_revocation.stores.database import DatabaseStore
from token_revocation.stores.health import Health
from token_revocation.stores.snapshot._health import measure_refresh
from token_revocation.stores.snapshot._invalidations import to_entries
from token_revocation.stores.snapshot._manager import SnapshotManager
from token_revocation.stores.snapshot._refresher import Refresher, stop_workers
from token_revocation.stores.snapshot.push import Push
from token_revocation.tokens import TokenRef

_stores: WeakSet[SnapshotStore] = WeakSet()


class SnapshotStore(RevocationStore):
    """A store in memory, without a query for a token that is not revoked.

    Every process has one snapshot, which is complete or not used. A thread loads it after the
    first lookup, and then reads new commits every ``refresh_every`` seconds. A snapshot older than
    twice that is not used: the database is queried instead. It is also queried about each token
    that the snapshot would reject. Revocations of the same process take effect immediately.

    Args:
        using: The alias of the database to read; by default the one that revocations are
            written to.
        refresh_every: The seconds between two refreshes.
        push: The dotted path of a :class:`~token_revocation.stores.snapshot.push.Push`. With it,
            a revocation takes effect in other processes at once, usually without a query.
        push_options: Keyword arguments of the ``push`` class.
        background: Whether a thread refreshes the snapshot. If not, :meth:`refresh` must be
            called, as in tests.
    """

    def __init__(
        self,
        *,
        using: str | None = None,
        refresh_every: float = 1.0,
        push: str = "",
        push_options: Mapping[str, Any] | None = None,
        background: bool = True,
    ) -> None:
        self.staleness_bound = 2 * refresh_every
        self._refresh_every = refresh_every
        self._database_store = DatabaseStore(using=using)
        self._make_push = partial(_make_push, push, push_options or {}) if push else None
        self._has_worker = background
        self._initialize()
        _stores.add(self)

    def reset_after_fork(self) -> None:
        """Start without a snapshot in a child process, which has no thread to refresh it."""
        # The parent's objects are not touched: its thread may have held one of their locks.
        self._finalizer.detach()
        self._initialize()

    def _pause(self) -> None:
        # Before a fork, no thread may be inside a database driver: its locks would stay held in
        # the child, where SQLite would wait for them forever.
        for refresher in self._refreshers.values():
            refresher.worker.pause()

    def _resume(self) -> None:
        for refresher in self._refreshers.values():
            refresher.worker.resume()

    def close(self) -> None:
        stop_workers(self._refreshers)
        for refresher in self._refreshers.values():
            for worker in refresher.workers:
                worker.join()

    def is_revoked(self, token: TokenRef) -> bool:
        return self._may_be_revoked(token) and self._database_store.is_revoked(token)

    def is_known_valid(self, token: TokenRef) -> bool:
        return not self._may_be_revoked(token)

    def invalidate(self, keys: Iterable[uuid.UUID], not_before: datetime | None = None) -> None:
        entries = to_entries(keys, not_before)
        for refresher in self._refreshers.copy().values():
            refresher.invalidate(entries)
        using = self._database_store.database
        # Inside a transaction, other processes could not see the change yet.
        if not connections[using].in_atomic_block:
            scope = current_scope(using)
            self._get_refresher(using).publish(entries, scope[1] if scope else None)

    def invalidate_rotated(self, keys: Iterable[uuid.UUID]) -> None:
        return  # Refresh tokens are always looked up in the database.

    def refresh(self) -> None:
        """Refresh the snapshot now, over the connection of this thread."""
        manager = self._get_manager()
        if manager is not None:
            manager.refresh()

    def status(self) -> Mapping[str, object]:
        refresher = self._get_refresher(self._database_store.database)
        manager, notifications = self._get_manager(), refresher.notifications
        status = manager.status() if manager else {"loaded": False, "trusted": False, "errors": 0}
        listening = {"listening": notifications.is_listening} if notifications else {}
        return {**status, "refreshing": refresher.worker.is_alive, **listening}

    def health(self) -> Health:
        database = self._database_store.health()
        refresh = measure_refresh(self._database_store.database, self._refresh_every)
        problems = [*database.problems, *refresh.problems]
        return Health(facts={**database.facts, **refresh.facts}, problems=problems)

    def check(self) -> list[CheckMessage]:
        using = self._database_store.database
        push_messages = self._make_push(using).check() if self._make_push else []
        return [*push_messages, *check_interval(self._refresh_every)]

    def _initialize(self) -> None:
        self._lock = Lock()
        self._refreshers: dict[str, Refresher] = {}
        # For a store that is never closed. It does not wait for its threads, as one of them may
        # be the thread that collects it.
        self._finalizer = finalize(self, stop_workers, self._refreshers)
        if self._make_push:  # Raise errors of its options now.
            self._get_refresher(self._database_store.database)

    def _may_be_revoked(self, token: TokenRef) -> bool:
        if token.is_refresh_token:
            return True  # It may have been rotated, which the snapshot does not contain.
        manager = self._get_manager()
        if manager is None:
            return True
        # Read invalidations first: they are discarded only when the snapshot contains them.
        is_invalidated = manager.invalidations.affects(token)
        snapshot = manager.get_snapshot()
        if snapshot is None:
            self._start_worker()
            return True
        return is_invalidated or snapshot.may_be_revoked(token)

    def _get_manager(self) -> SnapshotManager | None:
        """Return the manager of the current tenant, or ``None`` if the tenant is unknown."""
        scope = current_scope(self._database_store.database)
        return None if scope is None else self._get_refresher(scope[0]).get_manager(scope[1])

    def _get_refresher(self, using: str) -> Refresher:
        found = self._refreshers.get(using)
        if found is None:
            with self._lock:
                made = Refresher(using, self._refresh_every, self._make_push)
                found = self._refreshers.setdefault(using, made)
        return found

    def _start_worker(self) -> None:
        if self._has_worker:
            self._get_refresher(self._database_store.database).start()


def _make_push(path: str, options: Mapping[str, Any], using: str) -> Push:
    # One for each process, as a fork must not share its connection.
    return cast("Push", import_string(path)(using=using, **options))


def _for_each_store(function: Callable[[SnapshotStore], None]) -> Callable[[], None]:
    def call_for_each() -> None:
        for store in list(_stores):
            function(store)

    return call_for_each


atexit.register(_for_each_store(SnapshotStore.close))

if hasattr(os, "register_at_fork"):  # pragma: no branch - only Windows has no fork
    os.register_at_fork(
        before=_for_each_store(SnapshotStore._pause),
        after_in_parent=_for_each_store(SnapshotStore._resume),
        after_in_child=_for_each_store(SnapshotStore.reset_after_fork),
    )
