"""CachedStore accepts no revoked token after the bound, whatever is lost or late."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.stores.revocations import SESSION, with_each_revocation
from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken
from token_revocation.testing import make_token
from token_revocation.testing._databases import called_after_query, failing_database


@pytest.fixture
def token():
    return make_token(subjects=(SESSION,))


def is_rejected_throughout(store, token, stopped, seconds=30):
    """Return whether ``token`` is rejected every half second from now."""
    results = []
    for _ in range(seconds * 2):
        results.append(store.is_revoked(token))
        stopped.shift(0.5)
    return all(results)


@pytest.mark.trap("T10")
@with_each_revocation
def test_a_revocation_takes_effect_immediately_and_permanently(store, stopped, token, revoke):
    assert store.is_revoked(token) is False
    revoke(token)
    assert is_rejected_throughout(store, token, stopped)


@pytest.mark.trap("T9")
@with_each_revocation
def test_a_result_read_before_a_revocation_expires_before_the_invalidation(
    store, stopped, token, revoke
):
    """The result is cached for the token, the invalidation possibly for a subject."""
    with called_after_query(lambda: revoke(token)):
        assert store.is_revoked(token) is False
    assert is_rejected_throughout(store, token, stopped)


@pytest.mark.trap("T9")
@with_each_revocation
@pytest.mark.parametrize("late", [1, 4, 12, 3600])
def test_a_result_that_is_written_late_is_not_used(store, stopped, token, revoke, late):
    """The invalidation may have expired by then, but so has the result."""
    cache.delay()
    assert store.is_revoked(token) is False
    revoke(token)
    stopped.shift(late)
    cache.deliver()
    assert is_rejected_throughout(store, token, stopped)


@with_each_revocation
@pytest.mark.parametrize("late", [0, 1, 4, 12])
def test_without_invalidations_a_result_expires_at_the_bound(store, stopped, token, revoke, late):
    cache.delay()
    assert store.is_revoked(token) is False
    cache.drops_set = True
    revoke(token)
    stopped.shift(late)
    cache.deliver()
    stopped.shift(max(0, store.staleness_bound - late))
    assert is_rejected_throughout(store, token, stopped)


def test_without_invalidations_a_result_is_used_before_the_bound(store, stopped, token):
    """Show that the other tests can fail."""
    assert store.is_revoked(token) is False
    cache.drops_set = True
    services.revoke_everyone()
    stopped.shift(4.9)
    assert store.is_revoked(token) is False


@pytest.mark.trap("T8")
@with_each_revocation
def test_a_cache_that_loses_all_entries_is_safe(store, stopped, token, revoke):
    for _ in range(3):
        assert store.is_revoked(token) is False
        cache.clear()
    revoke(token)
    cache.clear()
    assert is_rejected_throughout(store, token, stopped)


def test_a_deleted_revocation_ends_at_the_bound(store, stopped, token):
    services.revoke(token)
    stopped.shift(12)
    assert store.is_revoked(token) is True
    RevokedToken.objects.all().delete()
    stopped.shift(store.staleness_bound)
    assert store.is_revoked(token) is False


def test_a_valid_result_is_used_without_the_database_and_an_expired_one_is_not(
    store, stopped, token
):
    assert store.is_revoked(token) is False
    stopped.shift(4.9)
    with failing_database():
        assert store.is_revoked(token) is False
        stopped.shift(0.1)
        with pytest.raises(RevocationUnavailable):
            store.is_revoked(token)


@pytest.mark.parametrize("entry", ["yes", b"1", 1.5, None, True, -1, 1, 2**62, -(2**62)])
def test_an_invalid_entry_is_not_used(store, token, entry):
    services.revoke(token)
    cache.clear()
    cache.set(*store._cache_keys([token.key]), entry)
    assert store.is_revoked(token) is True
