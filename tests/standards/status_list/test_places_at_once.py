"""Logins at the same moment: no two take the same place, and no list is begun in vain."""

from __future__ import annotations

import contextlib
import os

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from django.db import connection, transaction

from tests.threads import (
    at_once,
    isolated,
    knows_levels_of_isolation,
    needs_several_connections,
)
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.standards.status_list import issuing
from token_revocation.standards.status_list.issuing import status_claim
from token_revocation.standards.status_list.models import ListedToken, StatusList

DRAFT = "draft-ietf-oauth-status-list-20"
THREADS = 8
TURNS = int(os.environ.get("TOKEN_REVOCATION_TEST_ROUNDS", "5")) * 2
SIZE = 16

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("us"),
    needs_several_connections,
]


@pytest.fixture(autouse=True)
def _short_lists(monkeypatch):
    monkeypatch.setattr(issuing, "SIZE", SIZE)


@pytest.mark.spec(DRAFT, "13.2")
def test_all_places_are_different_and_lists_are_filled_one_by_one(make):
    token = make()
    taken = at_once(lambda: [status_claim(token) for _ in range(TURNS)], threads=THREADS)
    places = [(t["status_list"]["uri"], t["status_list"]["idx"]) for turn in taken for t in turn]
    assert len(set(places)) == len(places) == THREADS * TURNS
    assert StatusList.objects.count() == -(-len(places) // SIZE)
    assert ListedToken.objects.count() == len(places)


@knows_levels_of_isolation
def test_who_sees_the_past_takes_a_place_of_today_or_none(make):
    """Where a transaction reads what was true when it began, the list it sees may be full."""
    token = make()
    status_claim(token)

    def late():
        with isolated("REPEATABLE READ"), transaction.atomic():
            assert StatusList.objects.get().used == 1
            at_once(lambda: [status_claim(token) for _ in range(SIZE)], threads=1)
            return status_claim(token)["status_list"]["idx"]

    # PostgreSQL adds nothing to a row that has changed since, MariaDB adds to what it is now.
    may_refuse = contextlib.suppress(RevocationUnavailable)
    with may_refuse if connection.vendor == "postgresql" else contextlib.nullcontext():
        at_once(late, threads=1)
        assert connection.vendor == "mysql"
    places = ListedToken.objects.values_list("status_list", "index")
    assert len(set(places)) == len(places) == SIZE + 1 + (connection.vendor == "mysql")
