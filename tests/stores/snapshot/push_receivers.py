"""A store that receives a push, as another process has it."""

from __future__ import annotations

import time

from token_revocation.stores.snapshot import SnapshotStore


def wait_until(condition):
    """Wait until ``condition()`` is true, for at most 20 seconds; return its last value."""
    deadline = time.monotonic() + 20
    while not (found := condition()) and time.monotonic() < deadline:
        time.sleep(0.005)
    return found


class Receiver:
    """A loaded store that listens, but whose thread does not refresh the snapshot.

    So it can know of later revocations by messages only.
    """

    def __init__(self, **options):
        self.store = SnapshotStore(background=False, **options)
        self.refresher = self.store._get_refresher(self.store._database_store.database)
        self.store.refresh()
        self.refresher.notifications.worker.start()
        assert wait_until(lambda: self.store.status()["listening"])
        # A listener reads the database once, as it may have missed messages before.
        assert self.must_read_database
        self.refresher.worker._wake_event.clear()

    @property
    def must_read_database(self):
        """Whether the thread that refreshes was woken."""
        return self.refresher.worker._wake_event.is_set()

    def knows(self, token):
        """Return whether the store has learned that ``token`` may be revoked."""
        return not self.store.is_known_valid(token)

    def learns(self, token):
        """Wait until the store knows of ``token``; return whether it does."""
        return wait_until(lambda: self.knows(token))

    def close(self):
        self.store.close()
