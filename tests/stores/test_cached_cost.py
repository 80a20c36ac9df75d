"""What an answer costs, and for how long it is remembered."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

import pytest
from django.core.cache.backends.locmem import LocMemCache

from token_revocation import services
from token_revocation.stores.cached import CachedStore
from token_revocation.testing import make_token
from token_revocation.testing.databases import overtaken_by
from token_revocation.tokens import Subject

SESSION = Subject.session("s")

pytestmark = pytest.mark.usefixtures("stopped")


class CountingCache(LocMemCache):
    """Counts what would be round trips."""

    trips: ClassVar[Counter] = Counter()

    def get_many(self, *args, **kwargs):
        self.trips["get_many"] += 1
        return super().get_many(*args, **kwargs)

    def add(self, *args, **kwargs):
        self.trips["add"] += 1
        return super().add(*args, **kwargs)


@pytest.mark.parametrize("revoked", [False, True])
def test_an_answer_costs_one_query_and_then_none(
    store, stopped, revoked, django_assert_num_queries
):
    token = make_token(subjects=(SESSION,))
    if revoked:
        services.revoke(token)
        stopped.shift(12)  # Until it is no news any more.
    for queries in (1, 0, 0):
        with django_assert_num_queries(queries):
            assert store.is_revoked(token) is revoked


def test_a_remembered_answer_is_one_round_trip(transactional_db, use_cache):
    store = use_cache(f"{__name__}.CountingCache")
    token = make_token(subjects=(SESSION, Subject.user(1), Subject.client("c")))
    trips = CountingCache.trips
    for expected in ({"get_many": 1, "add": 1}, {"get_many": 1}):
        trips.clear()
        store.is_revoked(token)
        assert trips == expected


def test_an_answer_is_asked_for_again_after_the_timeout(store, stopped, django_assert_num_queries):
    token = make_token()
    store.is_revoked(token)
    for seconds, queries in ((4.9, 0), (0.1, 1), (4.9, 0)):
        stopped.shift(seconds)
        with django_assert_num_queries(queries):
            store.is_revoked(token)


def test_an_answer_is_as_old_as_its_question(store, stopped, django_assert_num_queries):
    token = make_token()
    with overtaken_by(lambda: stopped.shift(4)):
        store.is_revoked(token)
    for seconds, queries in ((0.9, 0), (0.1, 1)):
        stopped.shift(seconds)
        with django_assert_num_queries(queries):
            store.is_revoked(token)


def test_an_answer_that_took_too_long_is_not_remembered(store, stopped, django_assert_num_queries):
    token = make_token()
    with overtaken_by(lambda: stopped.shift(6)):
        store.is_revoked(token)
    with django_assert_num_queries(1):
        store.is_revoked(token)


def test_news_of_a_subject_costs_queries_for_its_tokens_alone_and_ends(
    store, stopped, django_assert_num_queries
):
    token, other = make_token(subjects=(SESSION,)), make_token()
    store.is_revoked(other)
    store.publish([SESSION.key])
    for seconds, queries in ((0, 1), (1, 1), (10.1, 1), (0, 0)):
        stopped.shift(seconds)
        with django_assert_num_queries(queries):
            store.is_revoked(token)
    store.is_revoked(other)
    store.publish([SESSION.key])
    with django_assert_num_queries(0):
        store.is_revoked(other)


def test_the_timeout_is_an_option_and_may_be_shorter_than_a_second(
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
def test_each_database_has_its_own_answers(store):
    token = make_token()
    services.revoke(token, using="other")
    others = CachedStore(using="other")
    for _ in range(2):
        assert [store.is_revoked(token), others.is_revoked(token)] == [False, True]
