"""The queries and cache round trips of CachedStore, and the lifetime of its results."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

import pytest
from django.core.cache.backends.locmem import LocMemCache

from token_revocation import services
from token_revocation.stores.cached import CachedStore
from token_revocation.testing import make_token
from token_revocation.testing._databases import called_after_query
from token_revocation.tokens import Subject

SESSION = Subject.session("s")

pytestmark = pytest.mark.usefixtures("stopped")


class CountingCache(LocMemCache):
    """Counts the round trips of each operation."""

    round_trips: ClassVar[Counter] = Counter()

    def get_many(self, *args, **kwargs):
        self.round_trips["get_many"] += 1
        return super().get_many(*args, **kwargs)

    def add(self, *args, **kwargs):
        self.round_trips["add"] += 1
        return super().add(*args, **kwargs)


@pytest.mark.parametrize("revoked", [False, True])
def test_a_result_takes_one_query_and_is_then_cached(
    store, stopped, revoked, django_assert_num_queries
):
    token = make_token(subjects=(SESSION,))
    if revoked:
        services.revoke(token)
        stopped.shift(12)  # Until the invalidation has expired.
    for queries in (1, 0, 0):
        with django_assert_num_queries(queries):
            assert store.is_revoked(token) is revoked


def test_a_cached_result_takes_one_round_trip(transactional_db, use_cache):
    store = use_cache(f"{__name__}.CountingCache")
    token = make_token(subjects=(SESSION, Subject.user(1), Subject.client("c")))
    round_trips = CountingCache.round_trips
    for expected in ({"get_many": 1, "add": 1}, {"get_many": 1}):
        round_trips.clear()
        store.is_revoked(token)
        assert round_trips == expected


def test_a_result_is_read_again_after_the_timeout(store, stopped, django_assert_num_queries):
    token = make_token()
    store.is_revoked(token)
    for seconds, queries in ((4.9, 0), (0.1, 1), (4.9, 0)):
        stopped.shift(seconds)
        with django_assert_num_queries(queries):
            store.is_revoked(token)


def test_the_age_of_a_result_counts_from_before_its_query(
    store, stopped, django_assert_num_queries
):
    token = make_token()
    with called_after_query(lambda: stopped.shift(4)):
        store.is_revoked(token)
    for seconds, queries in ((0.9, 0), (0.1, 1)):
        stopped.shift(seconds)
        with django_assert_num_queries(queries):
            store.is_revoked(token)


def test_a_result_of_a_slow_query_is_not_cached(store, stopped, django_assert_num_queries):
    token = make_token()
    with called_after_query(lambda: stopped.shift(6)):
        store.is_revoked(token)
    with django_assert_num_queries(1):
        store.is_revoked(token)


def test_invalidating_a_subject_affects_only_its_tokens_for_a_limited_time(
    store, stopped, django_assert_num_queries
):
    token, other = make_token(subjects=(SESSION,)), make_token()
    store.is_revoked(other)
    store.invalidate([SESSION.key])
    for seconds, queries in ((0, 1), (1, 1), (10.1, 1), (0, 0)):
        stopped.shift(seconds)
        with django_assert_num_queries(queries):
            store.is_revoked(token)
    store.is_revoked(other)
    store.invalidate([SESSION.key])
    with django_assert_num_queries(0):
        store.is_revoked(other)


def test_the_timeout_may_be_shorter_than_a_second(
    transactional_db, use_cache, stopped, django_assert_num_queries
):
    store = use_cache("django.core.cache.backends.locmem.LocMemCache", timeout=0.5)
    assert store.staleness_bound == 0.5
    token = make_token()
    store.is_revoked(token)
    for seconds, queries in ((0.4, 0), (0.1, 1)):
        stopped.shift(seconds)
        with django_assert_num_queries(queries):
            store.is_revoked(token)


@pytest.mark.django_db(transaction=True, databases=["default", "other"])
def test_each_database_has_its_own_results(store):
    token = make_token()
    services.revoke(token, using="other")
    others = CachedStore(using="other")
    for _ in range(2):
        assert [store.is_revoked(token), others.is_revoked(token)] == [False, True]
