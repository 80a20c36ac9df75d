"""A row has problems unless the run has shown what it must."""

from __future__ import annotations

from functools import partial

import pytest

from tests.consistency.http import Response
from tests.consistency.records import ACTIVITIES, Credential, Record, Row
from tests.consistency.report import problems


def response(status, **more):
    return Response(sent_at=5.0, received_at=5.0, status=status, retry_after="1", **more)


def recorded_row(fault="none", *, without="", required_revocations=1):
    """Make the row of a complete run, except for the activity ``without``."""
    record = Record(bound=2.0, is_fault_active=without != "the fault")
    credential = Credential(scheme="Token", raw="x", revoked_at=4.0)
    activities = {
        "logged in": record.add_login,
        "called the API": lambda: record.add_call(response(200)),
        "logged out": lambda: record.add_revocation(credential, response(204)),
        "replayed a revoked token": lambda: record.add_replay(
            credential, response(401, worker="1")
        ),
    }
    for activity in ACTIVITIES:
        if activity != without:
            activities.get(activity, partial(record.add_activity, activity))()
    record.require_workers({"1"})
    return Row(fault=fault, record=record, required_revocations=required_revocations)


def test_a_complete_run_has_no_problem():
    assert problems(recorded_row()) == {}


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_a_missing_activity_is_a_problem(activity):
    assert f"no client {activity}" in problems(recorded_row(without=activity))


def test_activities_before_the_fault_do_not_count():
    found = problems(recorded_row(without="the fault"))
    assert len([problem for problem in found if "no client" in problem]) == len(ACTIVITIES)


def test_a_worker_that_never_answers_about_a_revoked_token_is_silent():
    row = recorded_row()
    row.record.add_call(response(200, worker="2"))
    row.record.require_workers({"1", "2"})
    assert problems(row) == {"silent workers": 1}


def test_a_503_is_no_answer_about_a_token():
    row = recorded_row(without="replayed a revoked token")
    row.record.add_replay(row.record.revoked[0], response(503, worker="1"))
    assert {"no client replayed a revoked token", "silent workers"} <= set(problems(row))


def test_too_few_revocations_are_a_problem():
    assert problems(recorded_row(required_revocations=3)) == {"missing revocations": 2}


def test_a_host_that_does_not_answer_about_a_token_is_a_problem():
    row = recorded_row()
    row.record.add_inconclusive()
    assert problems(row) == {"inconclusive": 1}


@pytest.mark.parametrize(("fault", "count"), [("Redis killed", 1), ("database crashed", 0)])
def test_a_503_is_a_problem_unless_the_fault_affects_the_database(fault, count):
    row = recorded_row(fault)
    row.record.add_response(response(503), "GET /")
    assert len(problems(row)) == count


def test_an_unexpected_response_is_a_problem():
    row = recorded_row()
    row.record.add_response(response(500), "GET /notes/")
    assert problems(row) == {"500 GET /notes/": 1}
