"""What is read within a transaction is not remembered: it may be old, or be rolled back."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

import pytest
from django.db import transaction

from token_revocation import services
from token_revocation.models import RevokedToken
from token_revocation.testing import make_token
from token_revocation.testing.databases import failing_database

pytestmark = pytest.mark.usefixtures("stopped")


@contextmanager
def transaction_of_its_own():
    """As a project does it that manages its transactions itself."""
    transaction.set_autocommit(False)
    try:
        yield
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)


def test_an_answer_is_remembered_once_its_transaction_has_ended(store, django_assert_num_queries):
    """With ``ATOMIC_REQUESTS`` that is every answer."""
    token = make_token()
    with transaction.atomic():
        for _ in range(2):
            with django_assert_num_queries(1):
                assert store.is_revoked(token) is False
    with django_assert_num_queries(0):
        assert store.is_revoked(token) is False
    with transaction.atomic(), django_assert_num_queries(0):
        assert store.is_revoked(token) is False


def test_an_answer_is_not_remembered_if_its_transaction_is_rolled_back(
    store, django_assert_num_queries
):
    token = make_token()
    with transaction.atomic():
        store.is_revoked(token)
        transaction.set_rollback(True)
    with django_assert_num_queries(1):
        store.is_revoked(token)


@pytest.mark.trap("T12")
def test_a_revocation_that_is_rolled_back_is_not_remembered(store, stopped):
    token = make_token()
    with transaction.atomic():
        services.revoke(token)
        stopped.shift(12)  # Until its news is over.
        assert store.is_revoked(token) is True
        transaction.set_rollback(True)
    assert store.is_revoked(token) is False


def test_a_deletion_that_is_rolled_back_is_not_remembered(store, stopped):
    token = make_token()
    services.revoke(token)
    stopped.shift(12)
    with transaction.atomic():
        RevokedToken.objects.all().delete()
        assert store.is_revoked(token) is False
        transaction.set_rollback(True)
    assert store.is_revoked(token) is True


def test_nothing_is_remembered_within_a_transaction_that_django_does_not_know(
    store, django_assert_num_queries
):
    token = make_token()
    with transaction_of_its_own():
        assert store.is_revoked(token) is False
    with django_assert_num_queries(1):
        assert store.is_revoked(token) is False


def test_what_waits_for_a_commit_runs_once_in_a_test_that_never_commits(
    db, use_cache, django_capture_on_commit_callbacks
):
    """Were it to wait for the next commit each time, this test would not end."""
    store = use_cache("tests.failing_cache.LateCache")
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        store.is_revoked(make_token())
    assert len(callbacks) == 1


def test_a_database_that_fails_after_the_commit_fails_nothing_else(store):
    token = make_token()
    with ExitStack() as stack, transaction.atomic():
        store.is_revoked(token)
        stack.enter_context(failing_database("SELECT"))
    assert store.is_revoked(token) is False
