"""All revocations in memory, as fresh as a documented number of seconds."""

from __future__ import annotations

from token_revocation.stores.snapshot.store import SnapshotStore

__all__ = ["SnapshotStore"]
