"""A list of leaked tokens: what is a token of ours ends, and the list is kept nowhere."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from functools import partial

import pytest
from django.core.serializers import serialize
from django.db import OperationalError, connection
from rest_framework.authtoken.models import Token

from tests.factories import AuthTokenFactory
from tests.queries import queries_of
from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services import Leak
from token_revocation.testing.databases import failing_database

pytestmark = pytest.mark.django_db

GARBAGE = ["", "x", "not a token", "\x00", "ü" * 9, "x" * 10_000]


@pytest.fixture
def raws():
    return [AuthTokenFactory().key for _ in range(5)]


def test_each_token_in_the_list_ends(raws, client_of):
    assert services.revoke_leaked(raws[:3]) == Leak(given=3, found=3, ended=3)
    answers = [client_of(raw).get("/protected/").status_code for raw in raws]
    assert answers == [401, 401, 401, 200, 200]


def test_the_reason_is_recorded_and_is_a_leak_unless_told_otherwise(raws, user):
    services.revoke_leaked(raws[:1], revoked_by=user)
    row = RevokedToken.objects.get()
    assert (row.reason, row.revoked_by) == ("leaked", user)
    services.revoke_leaked(raws[1:2], reason="incident 42")
    assert RevokedToken.objects.filter(reason="incident 42").count() == 1


def test_what_is_no_token_of_ours_is_counted_and_leaves_no_row(db):
    assert services.revoke_leaked(GARBAGE) == Leak(given=6, found=0, ended=0)
    assert not RevokedToken.objects.exists()


def test_a_second_time_ends_nothing_more(raws, settings):
    services.revoke_leaked(raws)
    assert services.revoke_leaked(raws).ended == 0
    assert RevokedToken.objects.count() == 5


def test_a_list_without_an_end_is_read_as_it_comes(raws):
    read = []

    def stream():
        for raw in raws:
            read.append(raw)
            yield raw

    seen = []
    services.revoke_leaked(
        stream(), batch_size=2, progress=lambda leak: seen.append((leak.given, len(read)))
    )
    assert seen == [(2, 2), (4, 4), (5, 5)]


def test_a_batch_costs_the_same_however_many_tokens_it_holds(raws):
    one = queries_of(partial(services.revoke_leaked, raws[:1]))
    assert len(queries_of(partial(services.revoke_leaked, raws[1:]))) == len(one)


def test_a_dry_run_counts_and_ends_nothing(raws):
    assert services.revoke_leaked([*raws, "x"], dry_run=True) == Leak(given=6, found=5, ended=0)
    assert Token.objects.count() == 5
    assert not RevokedToken.objects.exists()


def test_a_cause_that_cannot_be_stored_is_an_error_before_anything_is_read():
    with pytest.raises(ValueError, match="64 characters"):
        services.revoke_leaked(pytest.fail, reason="x" * 65)


def test_batches_before_a_failure_are_ended_and_the_list_can_be_sent_again(raws):
    def stream():
        yield from raws[:2]
        stack.enter_context(failing_database("INSERT INTO", "revokedtoken"))
        yield from raws[2:]

    with ExitStack() as stack, pytest.raises(RevocationUnavailable):
        services.revoke_leaked(stream(), batch_size=2)
    assert RevokedToken.objects.count() == 2
    assert services.revoke_leaked(raws).ended == 3


def test_no_row_and_no_record_holds_what_was_given(raws, caplog):
    caplog.set_level(logging.DEBUG)
    # Django's log of statements holds their parameters, while DEBUG is set.
    caplog.set_level(logging.CRITICAL, logger="django.db.backends")
    services.revoke_leaked([*raws, "my-other-secret"])
    rows = serialize("json", [*RevokedToken.objects.all(), *TokenCutoff.objects.all()])
    said = rows + caplog.text + "".join(repr(vars(record)) for record in caplog.records)
    assert not [raw for raw in [*raws, "my-other-secret"] if raw in said]


def test_a_database_that_quotes_what_it_was_asked_is_not_quoted(raws, caplog):
    def quote(execute, sql, params, many, context):
        raise OperationalError(f"cannot look for {params}")

    with connection.execute_wrapper(quote), pytest.raises(RevocationUnavailable):
        services.revoke_leaked(raws)
    assert caplog.records
    assert raws[0] not in caplog.text
