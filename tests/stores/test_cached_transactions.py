"""CachedStore caches nothing that was read in a transaction."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

import pytest
from django.db import transaction

from token_revocation import services
from token_revocation.models import RevokedToken
from token_revocation.testing import make_token
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.usefixtures("stopped")


@contextmanager
def manual_transaction():
    """A transaction that the project manages with ``set_autocommit()``."""
    transaction.set_autocommit(False)
    try:
        yield
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)


def test_a_result_is_cached_after_the_commit(store, django_assert_num_queries):
    """With ``ATOMIC_REQUESTS``, every lookup is in a transaction."""
    token = make_token()
    with transaction.atomic():
        for _ in range(2):
            with django_assert_num_queries(1):
                assert store.is_revoked(token) is False
    with django_assert_num_queries(0):
        assert store.is_revoked(token) is False
    with transaction.atomic(), django_assert_num_queries(0):
        assert store.is_revoked(token) is False


def test_a_result_is_not_cached_after_a_rollback(store, django_assert_num_queries):
    token = make_token()
    with transaction.atomic():
        store.is_revoked(token)
        transaction.set_rollback(True)
    with django_assert_num_queries(1):
        store.is_revoked(token)


@pytest.mark.trap("T12")
def test_a_rolled_back_revocation_is_not_cached(store, stopped):
    token = make_token()
    with transaction.atomic():
        services.revoke(token)
        stopped.shift(12)  # Until the invalidation has expired.
        assert store.is_revoked(token) is True
        transaction.set_rollback(True)
    assert store.is_revoked(token) is False


def test_a_rolled_back_deletion_is_not_cached(store, stopped):
    token = make_token()
    services.revoke(token)
    stopped.shift(12)
    with transaction.atomic():
        RevokedToken.objects.all().delete()
        assert store.is_revoked(token) is False
        transaction.set_rollback(True)
    assert store.is_revoked(token) is True


def test_nothing_is_cached_in_a_manual_transaction(store, django_assert_num_queries):
    token = make_token()
    with manual_transaction():
        assert store.is_revoked(token) is False
    with django_assert_num_queries(1):
        assert store.is_revoked(token) is False


def test_on_commit_callbacks_run_once_in_a_test_case(
    db, use_cache, django_capture_on_commit_callbacks
):
    """If each callback waited for another commit, this test would not end."""
    store = use_cache("tests.faulty_caches.DelayedCache")
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        store.is_revoked(make_token())
    assert len(callbacks) == 1


def test_a_database_failure_after_the_commit_is_not_raised(store):
    token = make_token()
    with ExitStack() as stack, transaction.atomic():
        store.is_revoked(token)
        stack.enter_context(failing_database("SELECT"))
    assert store.is_revoked(token) is False
