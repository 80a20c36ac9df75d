from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from token_revocation import services
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_callers")]

SECOND = timedelta(seconds=1)
SESSION = Subject.session("here")


@pytest.fixture
def access():
    """A token of a session, issued a second ago."""
    return make_token(subjects=(SESSION,), issued_at=timezone.now() - SECOND)


def test_log_out_revokes_every_token_of_session(access):
    refresh = replace(access, identifier="refresh")
    assert services.log_out(access)
    assert services.is_revoked(access)
    assert services.is_revoked(refresh)


def test_log_out_keeps_other_sessions(access):
    elsewhere = replace(access, identifier="elsewhere", subjects=(Subject.session("there"),))
    services.log_out(access)
    assert not services.is_revoked(elsewhere)


def test_token_without_session_is_revoked_alone(access):
    alone = replace(access, subjects=())
    assert services.log_out(alone)
    assert RevokedToken.objects.get().key == alone.key
    assert not TokenCutoff.objects.exists()


def test_session_is_revoked_in_one_row_with_details(access, user):
    services.log_out(access, reason=Reason.LOGOUT, revoked_by=user, note="at noon")
    row = TokenCutoff.objects.get()
    assert (row.subject_type, row.subject_id) == ("session", "here")
    assert (row.reason, row.revoked_by, row.note) == (Reason.LOGOUT, user, "at noon")
    assert not RevokedToken.objects.exists()


def test_second_log_out_writes_nothing(access):
    assert [services.log_out(access), services.log_out(access)] == [True, False]
    assert TokenCutoff.objects.count() == 1


def test_revoked_token_revokes_its_session(access):
    services.revoke(access)
    assert services.log_out(access)
    assert services.is_revoked(replace(access, identifier="refresh"))


def test_cutoff_that_keeps_a_token_does_not_count_as_logout(access):
    services.revoke_session("here")
    TokenCutoff.objects.update(kept=access.key)
    assert services.log_out(access)
    assert services.is_revoked(access)


def test_expired_token_revokes_its_session(access):
    expired = replace(access, expires_at=timezone.now() - SECOND)
    assert services.log_out(expired)
    assert services.is_revoked(access)


def test_token_without_time_of_issue_is_revoked_once(access):
    undated = replace(access, issued_at=None)
    assert [services.log_out(undated), services.log_out(undated)] == [True, False]
    assert services.is_revoked(undated)


def test_token_issued_by_fast_clock_is_revoked(access):
    issued_later = replace(access, issued_at=timezone.now() + 30 * SECOND)
    assert services.log_out(issued_later)
    assert services.is_revoked(issued_later)


@pytest.mark.django_db(databases=["default", "other"])
def test_log_out_writes_to_given_database(access):
    assert services.log_out(access, using="other")
    assert not TokenCutoff.objects.exists()
    assert TokenCutoff.objects.using("other").exists()
