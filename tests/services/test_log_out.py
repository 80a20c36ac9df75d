from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from token_revocation import services
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
SESSION = Subject.session("here")


@pytest.fixture
def access():
    """One of the tokens of a session, issued a second ago."""
    return make_token(subjects=(SESSION,), issued_at=timezone.now() - SECOND)


def test_logging_out_with_one_token_ends_every_token_of_its_session(access):
    refresh = replace(access, identifier="refresh")
    assert services.log_out(access)
    assert services.is_revoked(access)
    assert services.is_revoked(refresh)


def test_logging_out_of_one_session_leaves_the_others(access):
    elsewhere = replace(access, identifier="elsewhere", subjects=(Subject.session("there"),))
    services.log_out(access)
    assert not services.is_revoked(elsewhere)


def test_a_token_without_a_session_ends_alone(access):
    alone = replace(access, subjects=())
    assert services.log_out(alone)
    assert RevokedToken.objects.get().key == alone.key
    assert not TokenCutoff.objects.exists()


def test_a_session_ends_in_one_row_that_says_why_and_by_whom(access, user):
    services.log_out(access, reason=Reason.LOGOUT, revoked_by=user, note="at noon")
    row = TokenCutoff.objects.get()
    assert (row.subject_type, row.subject_id) == ("session", "here")
    assert (row.reason, row.revoked_by, row.note) == (Reason.LOGOUT, user, "at noon")
    assert not RevokedToken.objects.exists()


def test_logging_out_twice_writes_once(access):
    assert [services.log_out(access), services.log_out(access)] == [True, False]
    assert TokenCutoff.objects.count() == 1


def test_a_session_can_be_ended_with_a_token_that_is_itself_revoked(access):
    services.revoke(access)
    assert services.log_out(access)
    assert services.is_revoked(replace(access, identifier="refresh"))


def test_a_cutoff_that_spares_something_does_not_stand_for_a_logout(access):
    services.revoke_session("here")
    TokenCutoff.objects.update(kept=access.key)
    assert services.log_out(access)
    assert services.is_revoked(access)


def test_an_expired_token_ends_the_session_that_goes_on_without_it(access):
    expired = replace(access, expires_at=timezone.now() - SECOND)
    assert services.log_out(expired)
    assert services.is_revoked(access)


def test_a_token_without_a_moment_of_issue_is_ended_once(access):
    undated = replace(access, issued_at=None)
    assert [services.log_out(undated), services.log_out(undated)] == [True, False]
    assert services.is_revoked(undated)


def test_a_token_from_a_host_whose_clock_is_ahead_is_ended_too(access):
    early = replace(access, issued_at=timezone.now() + 30 * SECOND)
    assert services.log_out(early)
    assert services.is_revoked(early)


@pytest.mark.django_db(databases=["default", "other"])
def test_it_is_the_database_named_that_records_it(access):
    assert services.log_out(access, using="other")
    assert not TokenCutoff.objects.exists()
    assert TokenCutoff.objects.using("other").exists()
