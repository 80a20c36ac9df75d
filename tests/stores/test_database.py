from __future__ import annotations

from tests.stores.committed_testcase import CommittedTestCase
from token_revocation.stores import get_store
from token_revocation.testing import StoreContract, make_token


class TestDatabaseStore(StoreContract, CommittedTestCase):
    store = "token_revocation.stores.database.DatabaseStore"

    def subTest(self, message, **parameters):  # noqa: N802
        """Require a description that pytest-xdist can send to another process."""
        str(message).encode()
        return super().subTest(message, **parameters)

    def test_one_query_covers_the_token_and_all_cutoffs(self):
        token = make_token()
        with self.assertNumQueries(1):
            assert get_store().is_revoked(token) is False

    def test_the_staleness_bound_is_zero(self):
        assert get_store().staleness_bound == 0
