from __future__ import annotations

import pytest

from token_revocation.stores.snapshot._manager import SnapshotManager
from token_revocation.testing._databases import failing_database


@pytest.mark.django_db(transaction=True)
def test_failed_refreshes_are_counted():
    manager = SnapshotManager("default", refresh_every=1.0)
    with failing_database("revokedtoken"):
        manager.run_once()
        manager.run_once()
    assert manager.status()["errors"] == 2
    manager.run_once()
    assert (manager.status()["errors"], manager.status()["loaded"]) == (2, True)
