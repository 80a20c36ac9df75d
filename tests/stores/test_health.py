from __future__ import annotations

import pytest

from tests.stores.snapshot.revocations import revoked
from token_revocation.stores.base import RevocationStore
from token_revocation.stores.cached import CachedStore
from token_revocation.stores.database import DatabaseStore
from token_revocation.stores.health import Level
from token_revocation.stores.snapshot import SnapshotStore, rows
from token_revocation.testing.databases import failing_database

pytestmark = pytest.mark.django_db


def texts(health):
    return [problem.text for problem in health.problems]


def test_a_store_that_depends_on_nothing_is_well():
    class Store(RevocationStore):
        def is_revoked(self, token):
            raise NotImplementedError

    assert (Store().health().facts, Store().health().problems) == ({}, ())


@pytest.mark.parametrize("make", [DatabaseStore, CachedStore, SnapshotStore])
def test_one_that_is_well_says_how_long_the_database_took(make):
    health = make().health()
    assert texts(health) == []
    assert 0 <= health.facts["answered_in"] < 5


@pytest.mark.parametrize("make", [DatabaseStore, CachedStore, SnapshotStore])
def test_a_database_that_fails_is_critical(make):
    with failing_database():
        health = make().health()
    assert health.problems[0].level == Level.CRITICAL
    assert health.problems[0].text == "The database cannot say what is revoked."


def test_a_cache_that_keeps_is_timed():
    facts = CachedStore(cache="default").health().facts
    assert facts["cache"] == "default"
    assert 0 <= facts["cache_answered_in"] < 5


@pytest.mark.parametrize("cache", ["ForgetfulCache", "UnwritableCache", "BrokenCache"])
def test_a_cache_that_keeps_nothing_is_a_warning(settings, cache):
    settings.CACHES = {"default": {"BACKEND": f"tests.failing_cache.{cache}"}}
    (problem,) = CachedStore().health().problems
    assert problem.level == Level.WARNING
    assert "'default' does not keep" in problem.text


def test_a_snapshot_is_looked_at_and_not_loaded(django_assert_num_queries):
    revoked(3)
    store = SnapshotStore()
    with django_assert_num_queries(4):
        facts = store.health().facts
    assert (facts["waiting"], facts["revision"]) == (3, 0)
    assert store.status()["loaded"] is False


def test_too_many_rows_without_a_revision_are_a_warning(monkeypatch):
    monkeypatch.setattr(rows, "MOST_UNNUMBERED", 2)
    revoked(3)
    health = SnapshotStore().health()
    assert health.facts["waiting"] == 3
    assert "More than 2 rows wait for a revision" in health.problems[0].text


def test_a_refresh_that_takes_longer_than_there_is_time_is_a_warning():
    (problem,) = SnapshotStore(refresh_every=1e-9).health().problems
    assert problem.level == Level.WARNING
    assert "Refreshing a snapshot takes" in problem.text


def test_a_snapshot_that_cannot_be_refreshed_is_a_warning():
    with failing_database("revision"):
        (problem,) = SnapshotStore().health().problems
    assert problem.text == "No snapshot can be refreshed; the database answers."
