"""For each kind of token and each event, every endpoint rejects the revoked tokens."""

from __future__ import annotations

import os

import pytest

from tests.matrix.endpoints import ACCEPTED, ENDPOINTS, is_rejected
from tests.matrix.events import EVENTS
from tests.matrix.kinds import KINDS
from tests.matrix.login import Login
from tests.matrix.page import row, rows_of

COMBINATIONS = [(kind, event) for kind in KINDS for event in EVENTS]
WRITING = bool(os.environ.get("WRITE_MATRIX"))


def responses(login):
    """Return the response of each endpoint as text."""
    return {name: request(login) for name, request in ENDPOINTS.items()}


def cells_of(kind, event):
    """Return the responses after the event, or ``None`` if it does not apply to the kind."""
    login = Login.create(kind)
    before = responses(login)
    assert set(before.values()) <= ACCEPTED, before
    happened = EVENTS[event](login)
    if happened is None:
        return None
    assert happened, "The event did not happen."
    return responses(login)


@pytest.mark.trap("T25")
@pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")
@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "event"), COMBINATIONS)
def test_every_endpoint_rejects_a_revoked_token(kind, event, kind_cells):
    kind_cells[kind, event] = cells = cells_of(kind, event)
    assert cells is None or all(map(is_rejected, cells.values())), cells
    if not WRITING:
        stale = "Run: python -m tests.matrix"
        assert row(event, cells) in rows_of(kind), stale


@pytest.mark.skipif(WRITING, reason="The page is being written.")
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_has_exactly_one_row_for_each_event(kind):
    assert [line.split(" | ")[0] for line in rows_of(kind)] == [f"| {event}" for event in EVENTS]
