"""Ending many tokens and sessions costs what ending one does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from tests.hearing import hearing
from tests.queries import queries_of
from token_revocation import services
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.signals import subject_cut_off
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def make(number, session=None, issued_at=None):
    subjects = (Subject.session(session),) if session else ()
    issued_at = issued_at or timezone.now() - SECOND
    return make_token(identifier=f"{number}", subjects=subjects, issued_at=issued_at)


@pytest.fixture
def heard():
    with hearing(subject_cut_off, name="cutoff") as told:
        yield told


def test_each_token_and_each_session_ends_and_is_counted_once():
    tokens = [make(1), make(2, "a"), make(3, "a"), make(4, "b")]
    assert services.log_out_many(tokens) == 3
    assert all(map(services.is_revoked, tokens))
    assert services.log_out_many(tokens) == 0
    assert (RevokedToken.objects.count(), TokenCutoff.objects.count()) == (1, 2)


def test_a_session_that_ended_before_is_not_ended_again_beside_one_that_goes_on():
    ended, other = make(1, "a"), make(2, "b")
    services.log_out(ended)
    assert services.log_out_many([ended, other]) == 1
    assert services.is_revoked(other)


def test_a_session_that_was_revived_by_a_later_token_ends_again():
    old = make(1, "a")
    services.log_out(old)
    later = replace(make(2, "a"), issued_at=timezone.now() + SECOND)
    assert services.log_out_many([old, later]) == 1
    assert services.is_revoked(later)


def test_a_token_from_a_host_whose_clock_is_ahead_is_ended_among_many():
    early = make(1, "a", issued_at=timezone.now() + 30 * SECOND)
    services.log_out_many([early, make(2, "b")])
    assert services.is_revoked(early)


def test_each_session_is_told_of_once(heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        services.log_out_many([make(1, "a"), make(2, "a"), make(3, "b")], reason="theft")
    assert [cutoff.subject_id for cutoff in heard] == ["a", "b"]
    assert {cutoff.reason for cutoff in heard} == {"theft"}


def test_what_is_told_of_has_a_primary_key_where_the_server_returns_none(
    heard, monkeypatch, django_capture_on_commit_callbacks
):
    """MySQL inserts many rows at once, but does not say which."""
    features = type(connection.features)
    monkeypatch.setattr(features, "can_return_rows_from_bulk_insert", False)
    with django_capture_on_commit_callbacks(execute=True):
        services.log_out_many([make(1, "a"), make(2, "b")])
    assert {cutoff.pk for cutoff in heard} == set(TokenCutoff.objects.values_list("pk", flat=True))


def test_fifty_sessions_cost_the_queries_of_one():
    one = queries_of(partial(services.log_out_many, [make(0, "s")]))
    many = [make(n, f"s{n}") for n in range(1, 51)]
    assert len(queries_of(partial(services.log_out_many, many))) == len(one)


def test_no_tokens_cost_nothing():
    assert queries_of(partial(services.log_out_many, [])) == []
