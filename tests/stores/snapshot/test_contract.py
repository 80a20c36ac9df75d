from __future__ import annotations

from typing import ClassVar

from django.test import TestCase

from tests.stores.committed_testcase import CommittedTestCase
from token_revocation import services
from token_revocation.stores import get_store
from token_revocation.testing import StoreContract, make_token
from token_revocation.testing._databases import failing_database
from token_revocation.tokens import Subject


class SnapshotStoreContract(StoreContract):
    store = "token_revocation.stores.snapshot.SnapshotStore"
    store_options: ClassVar = {"background": False}

    def update_store(self):
        get_store().refresh()

    def test_the_staleness_bound_is_twice_the_refresh_interval(self):
        assert get_store().staleness_bound == 2.0

    def test_a_lookup_of_an_unrevoked_token_needs_no_query(self):
        self.commit(services.revoke, make_token())
        self.commit(services.revoke_session, "s")
        with self.assertNumQueries(0):
            self.assert_accepted(make_token(subjects=(Subject.user(1),)))

    def test_a_token_that_the_snapshot_rejects_is_looked_up_in_the_database(self):
        token = make_token()
        self.commit(services.revoke, token)
        with self.assertNumQueries(1):
            assert self.is_revoked(token)

    def test_revocations_of_this_process_take_effect_immediately(self):
        self.update_store()
        token, session = make_token(), make_token(subjects=(Subject.session("s"),))
        with self.on_commit_executed():
            services.revoke(token)
            services.revoke_session("s")
        self.assert_rejected(token)
        self.assert_rejected(session)

    def test_unrevoked_tokens_are_accepted_without_a_database(self):
        token = make_token()
        self.update_store()
        with failing_database():
            self.assert_accepted(token)


class TestInTransaction(SnapshotStoreContract, TestCase):
    pass


class TestCommitted(SnapshotStoreContract, CommittedTestCase):
    pass
