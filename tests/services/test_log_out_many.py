"""Logout of many tokens and sessions with a constant number of queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from tests.queries import capture_queries
from tests.signals import capture_signals
from token_revocation import services
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.signals import subject_revoked
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def make(number, session=None, issued_at=None):
    subjects = (Subject.session(session),) if session else ()
    issued_at = issued_at or timezone.now() - SECOND
    return make_token(identifier=f"{number}", subjects=subjects, issued_at=issued_at)


@pytest.fixture
def cutoffs():
    with capture_signals(subject_revoked, argument="cutoff") as signals:
        yield signals


def test_each_token_and_session_is_revoked_and_counted_once():
    tokens = [make(1), make(2, "a"), make(3, "a"), make(4, "b")]
    assert services.log_out_many(tokens) == 3
    assert all(map(services.is_revoked, tokens))
    assert services.log_out_many(tokens) == 0
    assert (RevokedToken.objects.count(), TokenCutoff.objects.count()) == (1, 2)


def test_session_revoked_before_is_not_revoked_again():
    revoked, other = make(1, "a"), make(2, "b")
    services.log_out(revoked)
    assert services.log_out_many([revoked, other]) == 1
    assert services.is_revoked(other)


def test_session_with_later_token_is_revoked_again():
    old = make(1, "a")
    services.log_out(old)
    later = replace(make(2, "a"), issued_at=timezone.now() + SECOND)
    assert services.log_out_many([old, later]) == 1
    assert services.is_revoked(later)


def test_token_issued_by_fast_clock_is_revoked():
    issued_later = make(1, "a", issued_at=timezone.now() + 30 * SECOND)
    services.log_out_many([issued_later, make(2, "b")])
    assert services.is_revoked(issued_later)


def test_one_signal_is_sent_for_each_session(cutoffs, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        services.log_out_many([make(1, "a"), make(2, "a"), make(3, "b")], reason="theft")
    assert [cutoff.subject_id for cutoff in cutoffs] == ["a", "b"]
    assert {cutoff.reason for cutoff in cutoffs} == {"theft"}


def test_signals_have_primary_keys_if_server_returns_none(
    cutoffs, monkeypatch, django_capture_on_commit_callbacks
):
    """MySQL does not return the primary keys of a bulk insert."""
    features = type(connection.features)
    monkeypatch.setattr(features, "can_return_rows_from_bulk_insert", False)
    with django_capture_on_commit_callbacks(execute=True):
        services.log_out_many([make(1, "a"), make(2, "b")])
    assert {cutoff.pk for cutoff in cutoffs} == set(
        TokenCutoff.objects.values_list("pk", flat=True)
    )


def test_query_count_is_independent_of_number_of_sessions():
    one = capture_queries(partial(services.log_out_many, [make(0, "s")]))
    many = [make(n, f"s{n}") for n in range(1, 51)]
    assert len(capture_queries(partial(services.log_out_many, many))) == len(one)


def test_no_tokens_take_no_queries():
    assert capture_queries(partial(services.log_out_many, [])) == []
