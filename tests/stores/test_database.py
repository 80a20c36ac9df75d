from __future__ import annotations

from tests.stores.committed import CommittedTestCase
from token_revocation.stores import get_store
from token_revocation.testing import StoreContract, make_token


class TestDatabaseStore(StoreContract, CommittedTestCase):
    store = "token_revocation.stores.database.DatabaseStore"

    def test_one_query_covers_the_token_and_every_cutoff(self):
        token = make_token()
        with self.assertNumQueries(1):
            assert get_store().is_revoked(token) is False

    def test_there_is_no_delay(self):
        assert get_store().staleness_bound == 0
