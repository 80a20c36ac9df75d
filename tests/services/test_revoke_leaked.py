"""Leaked tokens are revoked, and the list is neither stored nor logged."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from functools import partial

import pytest
from django.core.serializers import serialize
from django.db import OperationalError, connection
from rest_framework.authtoken.models import Token

from tests.factories import AuthTokenFactory
from tests.queries import capture_queries
from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services import LeakReport
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.django_db

UNKNOWN_STRINGS = ["", "x", "not a token", "\x00", "ü" * 9, "x" * 10_000]


@pytest.fixture
def raws():
    return [AuthTokenFactory().key for _ in range(5)]


def test_each_token_in_list_is_revoked(raws, client_of):
    assert services.revoke_leaked(raws[:3]) == LeakReport(received=3, matched=3, revoked=3)
    statuses = [client_of(raw).get("/protected/").status_code for raw in raws]
    assert statuses == [401, 401, 401, 200, 200]


def test_default_reason_is_leaked(raws, user):
    services.revoke_leaked(raws[:1], revoked_by=user)
    row = RevokedToken.objects.get()
    assert (row.reason, row.revoked_by) == ("leaked", user)
    services.revoke_leaked(raws[1:2], reason="incident 42")
    assert RevokedToken.objects.filter(reason="incident 42").count() == 1


def test_unknown_strings_are_counted_and_not_recorded(db):
    assert services.revoke_leaked(UNKNOWN_STRINGS) == LeakReport(received=6, matched=0, revoked=0)
    assert not RevokedToken.objects.exists()


def test_second_call_revokes_nothing(raws, settings):
    services.revoke_leaked(raws)
    assert services.revoke_leaked(raws).revoked == 0
    assert RevokedToken.objects.count() == 5


def test_list_is_read_lazily(raws):
    read = []

    def stream():
        for raw in raws:
            read.append(raw)
            yield raw

    seen = []
    services.revoke_leaked(
        stream(), batch_size=2, progress=lambda leak: seen.append((leak.received, len(read)))
    )
    assert seen == [(2, 2), (4, 4), (5, 5)]


def test_query_count_is_independent_of_batch_size(raws):
    one = capture_queries(partial(services.revoke_leaked, raws[:1]))
    assert len(capture_queries(partial(services.revoke_leaked, raws[1:]))) == len(one)


def test_dry_run_counts_and_revokes_nothing(raws):
    assert services.revoke_leaked([*raws, "x"], dry_run=True) == LeakReport(
        received=6, matched=5, revoked=0
    )
    assert Token.objects.count() == 5
    assert not RevokedToken.objects.exists()


def test_invalid_details_raise_before_list_is_read():
    with pytest.raises(ValueError, match="64 characters"):
        services.revoke_leaked(pytest.fail, reason="x" * 65)


def test_batches_before_failure_stay_revoked(raws):
    def stream():
        yield from raws[:2]
        stack.enter_context(failing_database("INSERT INTO", "revokedtoken"))
        yield from raws[2:]

    with ExitStack() as stack, pytest.raises(RevocationUnavailable):
        services.revoke_leaked(stream(), batch_size=2)
    assert RevokedToken.objects.count() == 2
    assert services.revoke_leaked(raws).revoked == 3


def test_strings_are_neither_stored_nor_logged(raws, caplog):
    caplog.set_level(logging.DEBUG)
    # Django logs statements with their parameters if DEBUG is set.
    caplog.set_level(logging.CRITICAL, logger="django.db.backends")
    services.revoke_leaked([*raws, "my-other-secret"])
    rows = serialize("json", [*RevokedToken.objects.all(), *TokenCutoff.objects.all()])
    output = rows + caplog.text + "".join(repr(vars(record)) for record in caplog.records)
    assert not [raw for raw in [*raws, "my-other-secret"] if raw in output]


def test_database_error_with_token_is_not_logged(raws, caplog):
    def raise_with_parameters(execute, sql, params, many, context):
        raise OperationalError(f"cannot look for {params}")

    with connection.execute_wrapper(raise_with_parameters), pytest.raises(RevocationUnavailable):
        services.revoke_leaked(raws)
    assert caplog.records
    assert raws[0] not in caplog.text
