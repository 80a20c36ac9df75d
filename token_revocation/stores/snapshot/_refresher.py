"""The worker thread of a database, which refreshes one snapshot per tenant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

from django.db import Error, connections

from token_revocation.clock import monotonic
from token_revocation.stores.snapshot._database_identity import DatabaseIdentity, scope_name
from token_revocation.stores.snapshot._manager import SnapshotManager
from token_revocation.stores.snapshot._messages import Message, decode, encode
from token_revocation.stores.snapshot._notifications import Notifications
from token_revocation.stores.snapshot._reader import Entries
from token_revocation.stores.snapshot._tenant_schema import keep_schema, schema_selector
from token_revocation.stores.snapshot._worker import Worker
from token_revocation.stores.snapshot.push import Push

MAX_TENANTS = 100
"""Snapshots per process and database. Each takes a megabyte, and a millisecond to refresh."""

IDLE_TIMEOUT_SECONDS = 600.0
"""The snapshot of a tenant without requests is dropped after this time."""

MAX_REFRESHES_PER_INTERVAL = 5
"""Limit on refreshes within ``refresh_every`` seconds when messages keep arriving."""


class Refresher:
    """The snapshots of the database ``using``, refreshed over one connection."""

    def __init__(
        self, using: str, refresh_every: float, make_push: Callable[[str], Push] | None
    ) -> None:
        self._using = using
        self._refresh_every = refresh_every
        self._managers: dict[str, SnapshotManager] = {}
        self._lock = Lock()
        self.worker = Worker(
            self._refresh_all, min_interval=refresh_every / MAX_REFRESHES_PER_INTERVAL
        )
        self.notifications = Notifications(make_push(using), self._receive) if make_push else None
        # The listener comes first: with a snapshot, no request would start it again.
        listeners = [self.notifications.worker] if self.notifications else []
        self.workers = [*listeners, self.worker]

    @property
    def managers(self) -> list[SnapshotManager]:
        """The snapshot managers of all tenants."""
        return list(self._managers.values())

    def get_manager(self, tenant: str) -> SnapshotManager | None:
        """Return the manager of ``tenant``, the tenant of the current thread.

        ``None`` if there are too many tenants, or the schema of the tenant cannot be read.
        """
        return self._managers.get(tenant) or self._add_manager(tenant)

    def invalidate(self, entries: Entries) -> None:
        """Look up the tokens of ``entries`` in the database until the next refresh."""
        # The entries belong to one tenant; in the others they only cause needless lookups.
        for manager in self.managers:
            manager.invalidations.add(entries)

    def publish(self, entries: Entries, tenant: str | None) -> None:
        """Send ``entries`` of ``tenant`` to the other processes; ``None`` if it is unknown."""
        if self.notifications:
            self.notifications.send(encode(Message(self._namespace(tenant), entries)))

    def start(self) -> None:
        """Start the worker threads, unless they are running."""
        all(worker.start() for worker in self.workers)

    def _receive(self, text: str) -> None:
        """Add the entries of a message, or refresh if it has none or too many."""
        namespace, entries = decode(text)
        for tenant, manager in list(self._managers.items()):
            # A snapshot that is being loaded has no name yet.
            if namespace not in ("", self._name(tenant) or namespace):
                continue
            if not (entries and manager.invalidations.add_pushed(entries)):
                self.worker.wake()

    def _namespace(self, tenant: str | None) -> str:
        if tenant is None:
            return ""
        # Costs a query in a process without a snapshot.
        return self._name(tenant) or DatabaseIdentity((self._using, tenant)).get() or ""

    def _name(self, tenant: str) -> str | None:
        """Return the name of the tables of ``tenant`` if its snapshot is loaded."""
        manager = self._managers.get(tenant)
        identity = manager.identity if manager else None
        return scope_name(identity, (self._using, tenant)) if identity else None

    def _add_manager(self, tenant: str) -> SnapshotManager | None:
        with self._lock:
            if tenant not in self._managers and len(self._managers) >= MAX_TENANTS:
                return None
            try:
                select_schema = schema_selector(connections[self._using]) if tenant else keep_schema
            except Error:
                return None
            manager = SnapshotManager(self._using, self._refresh_every, select_schema)
            return self._managers.setdefault(tenant, manager)

    def _refresh_all(self) -> float:
        self._drop_idle()
        due_times = [monotonic() + manager.run_once() for manager in self.managers]
        return min(due_times, default=monotonic() + self._refresh_every) - monotonic()

    def _drop_idle(self) -> None:
        idle_since = monotonic() - IDLE_TIMEOUT_SECONDS
        for tenant, manager in list(self._managers.items()):
            if tenant and manager.used_at < idle_since:
                del self._managers[tenant]


def stop_workers(refreshers: Mapping[str, Refresher]) -> None:
    """Stop the threads of ``refreshers`` after their current run, without waiting."""
    for refresher in refreshers.values():
        for worker in refresher.workers:
            worker.stop()
