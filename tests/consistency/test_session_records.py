"""The record of sessions finds forks, replays, revived and lost sessions."""

from __future__ import annotations

import jwt
import pytest

from tests.consistency.http import Response
from tests.consistency.session_records import Session, SessionRecord


def refresh_token(jti, **claims):
    return jwt.encode({"jti": jti, **claims}, "a" * 32)


def response(status, successor=None):
    body = {"refresh": successor} if successor else None
    return Response(sent_at=5.0, received_at=5.0, status=status, body=body)


@pytest.fixture
def record():
    return SessionRecord()


@pytest.fixture
def session():
    return Session(access="x", refresh_tokens=[refresh_token("1")])


def found(record):
    return {error: count for error, count in record.errors.items() if count}


def test_a_retry_with_the_same_successor_is_no_error(record, session):
    for encoded_at in (1, 2):
        record.add_refresh(session, response(200, refresh_token("2", iat=encoded_at)))
    record.add_refresh(session, response(503))
    record.add_replay(response(401))
    record.add_refresh_after_end(response(401))
    assert found(record) == {}
    assert record.refreshes == 2


def test_two_successors_are_an_error(record, session):
    record.add_refresh(session, response(200, refresh_token("2")))
    record.add_refresh(session, response(200, refresh_token("3")))
    assert found(record) == {"refresh tokens with two successors": 1}


def test_a_successor_that_no_client_got_counts(record, session):
    record.add_successor(session.current, refresh_token("2"))
    record.add_refresh(session, response(200, refresh_token("3")))
    assert found(record) == {"refresh tokens with two successors": 1}


def test_a_rejected_refresh_is_a_lost_session(record, session):
    record.add_refresh(session, response(401))
    assert found(record) == {"sessions lost": 1}


def test_an_accepted_replay_is_an_error(record):
    record.add_replay(response(200))
    assert found(record) == {"replays accepted": 1}


def test_a_refresh_after_the_end_is_an_error(record):
    record.add_refresh_after_end(response(200))
    assert found(record) == {"refreshes after the end": 1}
