"""Concurrent allocation: indices are unique, and no list is created needlessly."""

from __future__ import annotations

import contextlib
import os

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from django.db import connection, transaction

from tests.threads import (
    isolation_level,
    requires_concurrent_connections,
    requires_isolation_levels,
    run_in_threads,
)
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.standards.status_list import _allocation
from token_revocation.standards.status_list._allocation import status_claim
from token_revocation.standards.status_list.models import ListedToken, StatusList

DRAFT = "draft-ietf-oauth-status-list-20"
THREADS = 8
ROUNDS = int(os.environ.get("TOKEN_REVOCATION_TEST_ROUNDS", "5")) * 2
SIZE = 16

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("own_issuer"),
    requires_concurrent_connections,
]


@pytest.fixture(autouse=True)
def _short_lists(monkeypatch):
    monkeypatch.setattr(_allocation, "LIST_SIZE", SIZE)


@pytest.mark.spec(DRAFT, "13.2")
def test_concurrent_allocations_are_unique_and_fill_lists_in_turn(make):
    token = make()
    taken = run_in_threads(lambda: [status_claim(token) for _ in range(ROUNDS)], threads=THREADS)
    references = [
        (t["status_list"]["uri"], t["status_list"]["idx"]) for turn in taken for t in turn
    ]
    assert len(set(references)) == len(references) == THREADS * ROUNDS
    assert StatusList.objects.count() == -(-len(references) // SIZE)
    assert ListedToken.objects.count() == len(references)


@requires_isolation_levels
def test_stale_snapshot_gets_a_free_index_or_fails(make):
    """Under REPEATABLE READ, the list that a transaction sees may be full meanwhile."""
    token = make()
    status_claim(token)

    def late():
        with isolation_level("REPEATABLE READ"), transaction.atomic():
            assert StatusList.objects.get().used == 1
            run_in_threads(lambda: [status_claim(token) for _ in range(SIZE)], threads=1)
            return status_claim(token)["status_list"]["idx"]

    # PostgreSQL rejects an update of a changed row; MariaDB updates the current row.
    may_refuse = contextlib.suppress(RevocationUnavailable)
    with may_refuse if connection.vendor == "postgresql" else contextlib.nullcontext():
        run_in_threads(late, threads=1)
        assert connection.vendor == "mysql"
    references = ListedToken.objects.values_list("status_list", "index")
    assert len(set(references)) == len(references) == SIZE + 1 + (connection.vendor == "mysql")
