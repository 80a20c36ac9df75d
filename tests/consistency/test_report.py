"""No row of the table is green that has shown nothing."""

from __future__ import annotations

import pytest

from tests.consistency.http import Answer
from tests.consistency.ledger import Credential, Ledger, Row
from tests.consistency.report import problems


def answer(status, **more):
    return Answer(sent=5.0, received=5.0, status=status, retry_after="1", **more)


def noted(fault="none", *, without="", wanted=1):
    """The row of a run in which everything happened, but for what ``without`` names."""
    ledger = Ledger(bound=2.0, during=without != "the fault")
    credential = Credential(scheme="Token", raw="x", ended_at=4.0)
    notes = {
        "logged in": ledger.note_login,
        "called": lambda: ledger.note_living(answer(200)),
        "logged out": lambda: ledger.note_end(credential, answer(204)),
        "used what had ended": lambda: ledger.note_dead(credential, answer(401, worker="1")),
    }
    for deed, note in notes.items():
        if deed != without:
            note()
    ledger.expect({"1"})
    return Row(fault=fault, ledger=ledger, wanted=wanted)


def test_a_row_in_which_everything_happened_is_green():
    assert problems(noted()) == {}


@pytest.mark.parametrize("deed", ["logged in", "called", "logged out", "used what had ended"])
def test_a_row_in_which_nobody_did_something_is_not(deed):
    assert f"nobody {deed}" in problems(noted(without=deed))


def test_what_happened_before_the_fault_does_not_count():
    assert len([what for what in problems(noted(without="the fault")) if "nobody" in what]) == 4


def test_a_worker_that_never_answered_about_an_ended_token_is_silent():
    row = noted()
    row.ledger.note_living(answer(200, worker="2"))
    row.ledger.expect({"1", "2"})
    assert problems(row) == {"silent workers": 1}


def test_an_outage_is_no_answer_about_a_token():
    row = noted(without="used what had ended")
    row.ledger.note_dead(row.ledger.ended[0], answer(503, worker="1"))
    assert {"nobody used what had ended", "silent workers"} <= set(problems(row))


def test_too_few_revocations_are_a_problem():
    assert problems(noted(wanted=3)) == {"revocations missing": 2}


def test_a_token_of_which_a_host_says_nothing_is_a_problem():
    row = noted()
    row.ledger.note_unsettled()
    assert problems(row) == {"unsettled": 1}


@pytest.mark.parametrize(("fault", "number"), [("Redis killed", 1), ("database crashed", 0)])
def test_an_outage_must_have_a_reason(fault, number):
    row = noted(fault)
    row.ledger.note(answer(503), "GET /")
    assert len(problems(row)) == number


def test_an_answer_that_must_never_be_given_is_a_problem():
    row = noted()
    row.ledger.note(answer(500), "GET /notes/")
    assert problems(row) == {"500 GET /notes/": 1}
