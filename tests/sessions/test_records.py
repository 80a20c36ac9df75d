"""Rows of sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from token_revocation.clock import now
from token_revocation.services import log_out, rotate
from token_revocation.sessions._records import record_session
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import active_sessions, rotate_session
from token_revocation.tokens import Subject, TokenRef

pytestmark = pytest.mark.django_db


def make_ref(user, session_id):
    return TokenRef(
        kind="simplejwt",
        identifier=uuid4().hex,
        issuer="",
        subjects=(Subject.user(user.pk), Subject.session(session_id)),
        issued_at=now(),
        expires_at=now() + timedelta(days=1),
    )


def test_a_uuid_is_stored_once(user):
    session_id = str(uuid4())
    row = record_session(make_ref(user, session_id), using="default")
    assert (str(row.pk), row.session_id) == (session_id, "")
    assert row.ref.subject("session").id == session_id


def test_another_session_id_is_kept_as_text(user):
    row = record_session(make_ref(user, "device 7"), using="default")
    assert row.session_id == "device 7"
    assert row.ref.subject("session") == Subject.session("device 7")


def test_a_revoked_session_is_not_active(user):
    first, second = make_ref(user, str(uuid4())), make_ref(user, str(uuid4()))
    for ref in (first, second):
        record_session(ref, using="default")
    log_out(first)
    (active,) = active_sessions(user)
    assert active.ref.subject("session") == second.subject("session")
    assert TokenSession.objects.count() == 2


def test_rotation_replaces_the_current_token_once(user):
    first, second = (make_ref(user, str(uuid4())) for _ in range(2))
    second = replace(second, subjects=first.subjects)
    record_session(first, using="default")
    assert rotate_session(first, second).is_first_use
    assert rotate_session(first, second) is None  # There is no grace period.
    assert active_sessions(user) == []


def test_session_whose_token_was_rotated_without_its_row_is_active(user):
    token = make_ref(user, str(uuid4()))
    row = record_session(token, using="default")
    rotate(token, replace(token, identifier="next"))
    assert active_sessions(user) == [row]
