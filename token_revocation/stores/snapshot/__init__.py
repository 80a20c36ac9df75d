"""The store that keeps all revocations in memory."""

from __future__ import annotations

from token_revocation.stores.snapshot.store import SnapshotStore

__all__ = ["SnapshotStore"]
