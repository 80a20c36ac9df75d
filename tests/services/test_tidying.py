from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connections, transaction

from tests.services.rows import expired_cutoffs, expired_tokens
from tests.threads import needs_several_connections
from token_revocation import services
from token_revocation.clock import now
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services import tidying
from token_revocation.stores import get_store
from token_revocation.testing import make_token
from token_revocation.testing.databases import failing_database

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
TABLES = (RevokedToken, TokenCutoff)


@pytest.fixture(autouse=True)
def _two_for_each(settings):
    settings.TOKEN_REVOCATION = {"PURGE_ON_REVOKE": 2}


@pytest.fixture
def after(django_capture_on_commit_callbacks):
    """Calls a verb, and what its commit leads to."""

    def call(verb, *arguments):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(*arguments)

    return call


def expired():
    """How many rows are left that have expired."""
    return sum(table.objects.filter(expires_at__lt=now()).count() for table in TABLES)


def test_without_the_setting_nothing_is_purged(after, settings):
    settings.TOKEN_REVOCATION = {}
    expired_tokens(3)
    after(services.revoke, make_token())
    assert expired() == 3


def test_a_revocation_deletes_as_many_expired_rows_as_the_setting_says(after):
    expired_tokens(5)
    after(services.revoke, make_token())
    assert expired() == 3


def test_the_oldest_go_first(after):
    expired_tokens(2, since=5 * HOUR)
    younger = expired_tokens(2, since=3 * HOUR)
    after(services.revoke, make_token())
    left = RevokedToken.objects.filter(expires_at__lt=now())
    assert {row.key for row in left} == {token.key for token in younger}


def test_a_cutoff_deletes_them_too_and_those_of_both_tables(after):
    expired_tokens(3)
    expired_cutoffs(3)
    after(services.revoke_session, "s")
    assert RevokedToken.objects.count() == 1
    assert TokenCutoff.objects.count() == 2


def test_many_tokens_delete_as_many_times_more(after):
    expired_tokens(9)
    after(services.revoke_many, [make_token() for _ in range(4)])
    assert expired() == 1


def test_one_revocation_never_deletes_very_many(after, monkeypatch):
    monkeypatch.setattr(tidying, "MOST", 3)
    expired_tokens(9)
    after(services.revoke_many, [make_token() for _ in range(4)])
    assert expired() == 6


def test_a_revocation_that_writes_nothing_deletes_nothing(after):
    token = make_token()
    services.revoke(token)
    expired_tokens(3)
    after(services.revoke, token)
    assert expired() == 3


def test_nothing_goes_before_its_grace_is_over(after, settings):
    settings.TOKEN_REVOCATION = {"PURGE_ON_REVOKE": 2, "PURGE_GRACE": 2 * HOUR}
    expired_tokens(2, since=HOUR)
    after(services.revoke, make_token())
    assert expired() == 2


def test_a_question_deletes_nothing(after):
    expired_tokens(2)
    after(services.is_revoked, make_token())
    after(services.read, "x")
    assert expired() == 2


@pytest.mark.parametrize("words", [("DELETE",), ("token_revocation_tokencutoff",)])
def test_a_purge_that_fails_fails_no_revocation(after, caplog, words):
    expired_tokens(2)
    token = make_token()
    with failing_database(*words):
        assert after(services.revoke, token)
    assert get_store().is_revoked(token)
    assert caplog.text.count("The database of the revocations failed") == 1


def test_the_tables_stay_bounded_without_a_schedule(after, settings, user):
    """Logins that live for an hour, one every ten minutes for days."""
    settings.TOKEN_REVOCATION = {"PURGE_ON_REVOKE": 2, "AUTHTOKEN_TTL": HOUR}
    sizes, start = [], now()
    for number in range(300):
        with time_machine.travel(start + number * timedelta(minutes=10), tick=False):
            after(services.revoke, make_token(expires_at=now() + HOUR))
            after(services.revoke_all, user)
            sizes += [table.objects.count() for table in TABLES]
    assert max(sizes[100:]) == max(sizes[:100]) < 20


def revoke_and_fail():
    services.revoke(make_token())
    raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_the_commit():
    expired_tokens(4)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        revoke_and_fail()
    assert expired() == 4
    with transaction.atomic():
        services.revoke(make_token())
        assert expired() == 4
    assert expired() == 2


@pytest.mark.django_db(transaction=True)
@needs_several_connections
def test_many_at_once_neither_fail_nor_wait_in_a_circle(caplog):
    expired_tokens(500)
    expired_cutoffs(500)
    barrier = threading.Barrier(4, timeout=30)

    def work(_):
        barrier.wait()
        try:
            for number in range(25):
                services.revoke(make_token())
                services.revoke_session(f"{number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert caplog.text == ""
    # 200 revocations, two rows of each table for each of them.
    assert expired() == 1000 - 200 * 2 * 2
