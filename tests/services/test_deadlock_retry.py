"""Retries of transactions that the database aborts."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection, transaction

from tests.deadlocks import AbortedInserts, mysql_deadlock, postgresql_deadlock
from tests.signals import capture_signals
from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import Reason, RevokedToken
from token_revocation.services import _transactions
from token_revocation.services._persistence import store_revocations
from token_revocation.services._transactions import MAX_ATTEMPTS
from token_revocation.signals import token_revoked
from token_revocation.testing import make_token

ERRORS = [mysql_deadlock, postgresql_deadlock]


@pytest.fixture
def revoked_tokens():
    with capture_signals(token_revoked, argument="token") as revoked_tokens:
        yield revoked_tokens


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make_error", ERRORS)
def test_aborted_transaction_is_retried_and_sends_one_signal(make_error, revoked_tokens):
    token = make_token()
    undoing = AbortedInserts(MAX_ATTEMPTS - 1, make_error())
    with connection.execute_wrapper(undoing):
        assert services.revoke(token)
    assert undoing.attempts == MAX_ATTEMPTS
    assert revoked_tokens == [token]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("error", "begun"), [(mysql_deadlock(), MAX_ATTEMPTS), (OperationalError("disk full"), 1)]
)
def test_retries_are_limited_to_aborted_transactions(error, begun):
    undoing = AbortedInserts(MAX_ATTEMPTS, error)
    with pytest.raises(RevocationUnavailable), connection.execute_wrapper(undoing):
        services.log_out(make_token())
    assert undoing.attempts == begun
    assert not RevokedToken.objects.exists()


@pytest.mark.django_db
def test_transaction_of_caller_is_not_retried():
    undoing = AbortedInserts(1, mysql_deadlock())
    with (
        pytest.raises(RevocationUnavailable),
        transaction.atomic(),
        connection.execute_wrapper(undoing),
    ):
        services.revoke(make_token())
    assert undoing.attempts == 1


@pytest.mark.django_db
def test_concurrent_revocation_of_rotated_token_keeps_first_reason():
    """The first call stores its reason between the read and the write of the second."""
    token = make_token()
    store_revocations([token], connection.alias, {"reason": Reason.ROTATED})

    def replace_concurrently(execute, sql, *args):
        found = execute(sql, *args)
        if sql.startswith("SELECT"):
            RevokedToken.objects.update(reason="first")
        return found

    with connection.execute_wrapper(replace_concurrently):
        services.revoke(token, reason="second")
    assert RevokedToken.objects.get().reason == "first"


def test_transaction_that_is_always_aborted_is_unavailable(monkeypatch):
    monkeypatch.setattr(_transactions, "RETRY_DELAY_SECONDS", 0)
    attempts = []

    @_transactions.retry_on_deadlock
    def write():
        attempts.append(1)
        raise _transactions.TransactionAborted

    with pytest.raises(_transactions.TransactionAborted):
        write()
    assert len(attempts) == MAX_ATTEMPTS


def test_mistake_of_a_project_is_raised_after_all_attempts(monkeypatch):
    monkeypatch.setattr(_transactions, "RETRY_DELAY_SECONDS", 0)

    @_transactions.retry_on_deadlock
    def write():
        raise _transactions.TransactionAborted from ImproperlyConfigured("a mistake")

    with pytest.raises(ImproperlyConfigured, match="a mistake"):
        write()


@pytest.mark.django_db(transaction=True)
def test_row_of_another_transaction_is_found_in_the_next_attempt(monkeypatch):
    monkeypatch.setattr(_transactions, "RETRY_DELAY_SECONDS", 0)
    attempts = []

    @_transactions.retry_on_deadlock
    def write():
        with _transactions.atomic_write(None):
            attempts.append(1)
            if len(attempts) == 1:
                raise ImproperlyConfigured from postgresql_deadlock()

    write()
    assert len(attempts) == 2
