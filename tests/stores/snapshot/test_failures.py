from __future__ import annotations

import pytest

from token_revocation.stores.database import DatabaseStore
from token_revocation.stores.snapshot.keeper import Keeper
from token_revocation.testing.databases import failing_database


@pytest.mark.django_db(transaction=True)
def test_each_refresh_that_fails_is_counted():
    keeper = Keeper(DatabaseStore(), every=1.0)
    with failing_database("revokedtoken"):
        keeper.work()
        keeper.work()
    assert keeper.status()["errors"] == 2
    keeper.work()
    assert (keeper.status()["errors"], keeper.status()["loaded"]) == (2, True)
