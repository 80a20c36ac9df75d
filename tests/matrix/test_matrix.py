"""Each kind of token, each event, each door: what was ended is refused everywhere."""

from __future__ import annotations

import os

import pytest

from tests.matrix.doors import ACCEPTED, DOORS, is_refusal
from tests.matrix.events import EVENTS
from tests.matrix.kinds import KINDS
from tests.matrix.login import Login
from tests.matrix.page import row, rows_of

COMBINATIONS = [(kind, event) for kind in KINDS for event in EVENTS]
WRITING = bool(os.environ.get("WRITE_MATRIX"))


def ask(login):
    """What each door answers."""
    return {name: door(login) for name, door in DOORS.items()}


def cells_of(kind, event):
    """What each door answers after the event; ``None`` if it cannot happen to this kind."""
    login = Login.of(kind)
    before = ask(login)
    assert set(before.values()) <= ACCEPTED, before
    happened = EVENTS[event](login)
    if happened is None:
        return None
    assert happened, "The event did not happen."
    return ask(login)


@pytest.mark.trap("T25")
@pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")
@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "event"), COMBINATIONS)
def test_what_was_ended_is_refused_at_every_door(kind, event, found):
    found[kind, event] = cells = cells_of(kind, event)
    assert cells is None or all(map(is_refusal, cells.values())), cells
    if not WRITING:
        stale = "Run: python -m tests.matrix"
        assert row(event, cells) in rows_of(kind), stale


@pytest.mark.skipif(WRITING, reason="The page is being written.")
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_has_a_row_for_each_event_and_no_other(kind):
    assert [line.split(" | ")[0] for line in rows_of(kind)] == [f"| {event}" for event in EVENTS]
