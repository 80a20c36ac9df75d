"""The contract is seen to fail on stores that break it, and only there."""

from __future__ import annotations

import unittest

import pytest
from django.core.cache import cache
from django.db import connections

from tests.stores.committed import CommittedTestCase
from token_revocation.testing import StoreContract
from token_revocation.testing.stores.threads import Threads

OVERTAKEN = "test_an_answer_that_a_revocation_overtook_is_not_believed"
CUT_OFF = "test_a_cutoff_ends_what_was_issued_before_it_and_nothing_after"
REVOKED = "test_a_revoked_token_is_refused_and_no_other"
UNKNOWN = "test_a_store_that_knows_nothing_and_cannot_ask_says_so"
OUTAGE = "test_an_outage_lets_no_revoked_token_in"
CHEAP = "test_subjects_cost_no_queries"


def failures(store, name):
    """How many times the test ``name`` of the contract fails on a store."""

    class Case(StoreContract, CommittedTestCase):
        def setUp(self):
            super().setUp()
            cache.clear()

    Case.store = f"tests.stores.careless.{store}"
    result = unittest.TestResult()
    Case(name).run(result)
    assert result.testsRun == 1
    assert not result.errors
    return len(result.failures)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("store", "name", "expected"),
    [
        ("OverwritingStore", OVERTAKEN, 1),
        ("OverwritingStore", REVOKED, 0),
        ("ForgettingStore", OVERTAKEN, 3),
        ("ForgettingStore", REVOKED, 0),
        ("ForgettingStore", CUT_OFF, 4),
        ("TokenStore", OVERTAKEN, 2),
        ("TokenStore", CUT_OFF, 4),
        ("SlowStore", CHEAP, 1),
        ("GuessingStore", UNKNOWN, 1),
        ("GuessingStore", OUTAGE, 1),
        ("GuessingStore", REVOKED, 0),
    ],
)
def test_a_store_fails_where_it_is_careless(store, name, expected):
    assert failures(store, name) == expected


def test_threads_are_left_alone_where_they_share_no_database(db, monkeypatch):
    database = connections["default"]
    with monkeypatch.context() as patch:
        patch.setattr(database, "in_atomic_block", False)
        patch.setattr(database, "vendor", "sqlite")
        patch.setattr(database, "is_in_memory_db", lambda: True, raising=False)
        with pytest.raises(unittest.SkipTest, match="one connection"):
            Threads.need_threads(unittest.TestCase())
