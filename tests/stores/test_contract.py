"""The contract tests fail on faulty stores, and only for their fault."""

from __future__ import annotations

import unittest

import pytest
from django.core.cache import cache
from django.db import connections

from tests.stores.committed_testcase import CommittedTestCase
from token_revocation.testing import StoreContract
from token_revocation.testing.stores._threads import ThreadTests

RACE = "test_result_read_before_a_revocation_is_not_cached_after_it"
CUTOFF = "test_cutoff_rejects_only_tokens_issued_before_it"
REVOKED = "test_only_the_revoked_token_is_rejected"
NO_DATABASE = "test_lookup_without_a_database_raises"
OUTAGE = "test_outage_accepts_no_revoked_token"
QUERY_COUNT = "test_number_of_queries_does_not_depend_on_subjects"


def failures(store, name):
    """Return how often the contract test ``name`` fails on a store."""

    class Case(StoreContract, CommittedTestCase):
        def setUp(self):
            super().setUp()
            cache.clear()

    Case.store = f"tests.stores.faulty_stores.{store}"
    result = unittest.TestResult()
    Case(name).run(result)
    assert result.testsRun == 1
    assert not result.errors
    return len(result.failures)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("store", "name", "expected"),
    [
        ("OverwritingStore", RACE, 1),
        ("OverwritingStore", REVOKED, 0),
        ("DeletingStore", RACE, 3),
        ("DeletingStore", REVOKED, 0),
        ("DeletingStore", CUTOFF, 4),
        ("TokenStore", RACE, 2),
        ("TokenStore", CUTOFF, 4),
        ("SlowStore", QUERY_COUNT, 1),
        ("GuessingStore", NO_DATABASE, 1),
        ("GuessingStore", OUTAGE, 1),
        ("GuessingStore", REVOKED, 0),
    ],
)
def test_the_contract_finds_the_fault_of_a_store(store, name, expected):
    assert failures(store, name) == expected


def test_the_thread_tests_are_skipped_without_a_shared_database(db, monkeypatch):
    database = connections["default"]
    with monkeypatch.context() as patch:
        patch.setattr(database, "in_atomic_block", False)
        patch.setattr(database, "vendor", "sqlite")
        patch.setattr(database, "is_in_memory_db", lambda: True, raising=False)
        with pytest.raises(unittest.SkipTest, match="only one connection"):
            ThreadTests.require_threads(unittest.TestCase())
