from __future__ import annotations

from typing import ClassVar

from django.test import TestCase

from tests.stores.committed import CommittedTestCase
from token_revocation import services
from token_revocation.stores import get_store
from token_revocation.testing import StoreContract, make_token
from token_revocation.testing.databases import failing_database
from token_revocation.tokens import Subject


class SnapshotStoreContract(StoreContract):
    store = "token_revocation.stores.snapshot.SnapshotStore"
    store_options: ClassVar = {"background": False}

    def settle(self):
        get_store().refresh()

    def test_the_bound_is_twice_the_time_between_refreshes(self):
        assert get_store().staleness_bound == 2.0

    def test_a_question_about_a_token_that_nobody_revoked_is_no_query(self):
        self.after(services.revoke, make_token())
        self.after(services.revoke_session, "s")
        with self.assertNumQueries(0):
            self.assert_accepted(make_token(subjects=(Subject.user(1),)))

    def test_a_token_that_it_would_refuse_is_asked_about(self):
        token = make_token()
        self.after(services.revoke, token)
        with self.assertNumQueries(1):
            assert self.ask(token)

    def test_what_this_process_revokes_is_seen_at_once(self):
        self.settle()
        token, session = make_token(), make_token(subjects=(Subject.session("s"),))
        with self.committing():
            services.revoke(token)
            services.revoke_session("s")
        self.assert_refused(token)
        self.assert_refused(session)

    def test_without_a_database_it_knows_who_is_not_revoked(self):
        token = make_token()
        self.settle()
        with failing_database():
            self.assert_accepted(token)


class TestWithinATransaction(SnapshotStoreContract, TestCase):
    pass


class TestCommitted(SnapshotStoreContract, CommittedTestCase):
    pass
