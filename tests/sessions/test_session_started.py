"""The signal that a session was recorded."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from tests.signals import capture_signals, failing_receiver
from tests.threads import run_in_threads
from token_revocation._observed_uses import serve
from token_revocation.clock import now
from token_revocation.sessions import _uses
from token_revocation.sessions._records import record_session
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import record_uses
from token_revocation.sessions.signals import session_started
from token_revocation.signals import token_issued
from token_revocation.tokens import Subject, TokenRef

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def started():
    with capture_signals(session_started) as signals:
        yield signals


def make_ref(user, session_id=None, identifier="1"):
    subjects = [Subject.user(user.pk)]
    if session_id:
        subjects.append(Subject.session(session_id))
    return TokenRef(
        kind="authtoken",
        identifier=identifier,
        issuer="",
        subjects=tuple(subjects),
        issued_at=now(),
        expires_at=now() + timedelta(days=1),
    )


def log_in(user, rf, agent, **options):
    """Issue a token in a request, as a login view does."""
    request = rf.post("/login/", HTTP_USER_AGENT=agent)
    ref = make_ref(user, **options)
    with serve(request), transaction.atomic():
        token_issued.send(None, token=ref, user=user, using="default")
    return request


def test_login_sends_its_request_after_the_commit(user, rf, started):
    with transaction.atomic():
        request = log_in(user, rf, "curl/8", session_id=str(uuid4()))
        assert started == []
    (signal,) = started
    assert signal["session"] == TokenSession.objects.get()
    assert (signal["request"], signal["using"]) == (request, "default")


def test_new_device_is_a_user_agent_without_earlier_session(user, rf, started):
    for agent in ("curl/8", "curl/9", "curl/8"):
        log_in(user, rf, agent, session_id=str(uuid4()))
    assert [signal["is_new_device"] for signal in started] == [True, True, False]


def test_device_of_another_user_is_new(user, django_user_model, rf, started):
    log_in(user, rf, "curl/8", session_id=str(uuid4()))
    other = django_user_model.objects.create(username="other")
    log_in(other, rf, "curl/8", session_id=str(uuid4()))
    assert [signal["is_new_device"] for signal in started] == [True, True]


def test_login_that_returns_the_same_token_starts_no_session(user, rf, started):
    for agent in ("curl/8", "curl/9"):
        log_in(user, rf, agent)
    assert len(started) == 1
    row = TokenSession.objects.get()
    assert row.user_agent.text == "curl/9"
    assert row.last_used_at >= row.created_at


def test_login_reopens_the_session_of_a_restored_token(user):
    record_session(make_ref(user), using="default")
    TokenSession.objects.update(ended_at=now(), end_reason="logout")
    record_session(make_ref(user), using="default")
    row = TokenSession.objects.get()
    assert (row.ended_at, row.end_reason) == (None, "")


def test_first_use_sends_the_signal_without_a_request(user, rf, started):
    request = rf.get("/", HTTP_USER_AGENT="curl/8")
    for number in range(2):
        _uses.buffer.observe(make_ref(user, identifier=str(number)), request)
    record_uses()
    assert [signal["request"] for signal in started] == [None, None]
    assert sorted(signal["is_new_device"] for signal in started) == [False, True]


def test_concurrent_first_uses_send_one_signal(user, started):
    ref = make_ref(user)

    def use():
        buffer = _uses.UseBuffer()
        buffer.observe(ref, None)
        buffer.store_current("default")

    run_in_threads(use, threads=6)
    assert len(started) == 1


def test_failing_receiver_fails_no_login(user, rf):
    session_started.connect(failing_receiver)
    try:
        log_in(user, rf, "curl/8")
    finally:
        session_started.disconnect(failing_receiver)
    assert TokenSession.objects.count() == 1


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time, so logins queue."
)
def test_concurrent_logins_with_one_token_make_one_row(user):
    def log_in_once():
        with transaction.atomic():
            record_session(make_ref(user), using="default")

    run_in_threads(log_in_once, threads=6)
    assert TokenSession.objects.count() == 1
