"""Rotation of recorded sessions through concurrency, deadlocks, outages and killed processes."""

from __future__ import annotations

import os
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import connection
from rest_framework_simplejwt.tokens import RefreshToken

from tests.contrib.simplejwt.clients import parse_pair, refresh, status_of
from tests.deadlocks import mysql_deadlock, postgresql_deadlock
from tests.threads import requires_concurrent_connections, run_in_threads
from token_revocation import services
from token_revocation.contrib.simplejwt._rotation import get_successor_ref
from token_revocation.models import RevokedToken
from token_revocation.sessions.models import TokenSession
from token_revocation.testing._databases import failing_database

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rotating")]

ROUNDS = int(os.environ.get("TOKEN_REVOCATION_TEST_ROUNDS", "5"))
TABLE = TokenSession._meta.db_table


def row_of(raw):
    return TokenSession.objects.get(pk=services.resolve(raw).subject("session").id)


def exit_after(sql):
    """Return an ``execute_wrapper`` that kills the process after a statement."""

    def execute_and_exit(execute, statement, *args):
        result = execute(statement, *args)
        if statement.startswith(sql):
            os._exit(0)
        return result

    return execute_and_exit


def refresh_in_killed_process(raw, *, sql):
    """Refresh in a process that ends after the statement, or else before it has answered."""
    connection.close()
    pid = os.fork()
    if pid == 0:
        with connection.execute_wrapper(exit_after(sql)) if sql else nullcontext():
            refresh(raw)
        os._exit(0)
    os.waitpid(pid, 0)


@pytest.mark.django_db(transaction=True)
@requires_concurrent_connections
@pytest.mark.parametrize("sql", ["UPDATE", ""], ids=["before the commit", "after the commit"])
def test_retry_after_a_process_was_killed_gets_the_successor(pair, revocation, sql):
    revocation(REFRESH_GRACE_PERIOD=timedelta(minutes=1))
    expected = get_successor_ref(services.resolve(pair.refresh)).key
    refresh_in_killed_process(pair.refresh, sql=sql)
    was_rotated = row_of(pair.refresh).current_key == expected
    assert was_rotated == (not sql)
    newer = parse_pair(refresh(pair.refresh)).refresh
    assert services.resolve(newer).key == row_of(newer).current_key == expected
    assert parse_pair(refresh(newer))


class AbortedUpdates:
    """An ``execute_wrapper`` that fails the first updates of rows of sessions."""

    def __init__(self, times, error):
        self.times, self.error = times, error

    def __call__(self, execute, sql, *args):
        if sql.startswith("UPDATE") and TABLE in sql and self.times:
            self.times -= 1
            raise self.error
        return execute(sql, *args)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [mysql_deadlock(), postgresql_deadlock()], ids=["1213", "40P01"])
def test_refresh_is_repeated_after_a_deadlock(pair, error):
    with connection.execute_wrapper(AbortedUpdates(3, error)):
        newer = parse_pair(refresh(pair.refresh)).refresh
    assert TokenSession.objects.get().current_key == services.resolve(newer).key
    assert parse_pair(refresh(newer))


@pytest.mark.django_db(transaction=True)
def test_outage_changes_nothing(pair):
    before = TokenSession.objects.values().get()
    with failing_database("UPDATE", TABLE):
        assert refresh(pair.refresh).status_code == 503
    assert TokenSession.objects.values().get() == before
    assert parse_pair(refresh(pair.refresh))


@pytest.mark.django_db(transaction=True)
@requires_concurrent_connections
def test_concurrent_refreshes_make_one_chain(pair, revocation):
    revocation(REFRESH_GRACE_PERIOD=timedelta(minutes=1))
    raw = pair.refresh
    for _ in range(ROUNDS):
        raws = {raw}
        responses = run_in_threads(lambda raws=raws: refresh(*raws), threads=16)
        pairs = [parse_pair(response) for response in responses]
        (key,) = {services.resolve(each.refresh).key for each in pairs}
        assert {RefreshToken(each.refresh)["exp"] for each in pairs} == {
            RefreshToken(pairs[0].refresh)["exp"]
        }
        assert TokenSession.objects.get().current_key == key
        raw = pairs[0].refresh
    assert status_of(pairs[0].access) == 200
    assert not RevokedToken.objects.exists()
