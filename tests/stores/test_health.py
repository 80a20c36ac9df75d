from __future__ import annotations

import pytest

from tests.stores.snapshot.revoked_rows import insert_revoked
from token_revocation.stores.base import RevocationStore
from token_revocation.stores.cached import CachedStore
from token_revocation.stores.database import DatabaseStore
from token_revocation.stores.health import Level
from token_revocation.stores.snapshot import SnapshotStore, _reader
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.django_db


def texts(health):
    return [problem.text for problem in health.problems]


def test_a_store_without_dependencies_is_healthy():
    class Store(RevocationStore):
        def is_revoked(self, token):
            raise NotImplementedError

    assert (Store().health().facts, Store().health().problems) == ({}, ())


@pytest.mark.parametrize("make", [DatabaseStore, CachedStore, SnapshotStore])
def test_a_healthy_store_reports_the_time_of_a_query(make):
    health = make().health()
    assert texts(health) == []
    assert 0 <= health.facts["answered_in"] < 5


@pytest.mark.parametrize("make", [DatabaseStore, CachedStore, SnapshotStore])
def test_a_failing_database_is_critical(make):
    with failing_database():
        health = make().health()
    assert health.problems[0].level == Level.CRITICAL
    assert health.problems[0].text == "The database cannot be queried for revocations."


def test_a_working_cache_is_timed():
    facts = CachedStore(cache="default").health().facts
    assert facts["cache"] == "default"
    assert 0 <= facts["cache_answered_in"] < 5


@pytest.mark.parametrize("cache", ["ForgetfulCache", "UnwritableCache", "BrokenCache"])
def test_a_cache_that_stores_nothing_is_a_warning(settings, cache):
    settings.CACHES = {"default": {"BACKEND": f"tests.faulty_caches.{cache}"}}
    (problem,) = CachedStore().health().problems
    assert problem.level == Level.WARNING
    assert "'default' does not store values" in problem.text


def test_the_health_check_loads_no_snapshot(django_assert_num_queries):
    insert_revoked(3)
    store = SnapshotStore()
    with django_assert_num_queries(3):
        facts = store.health().facts
    assert (facts["waiting"], facts["revision"]) == (3, 0)
    assert store.status()["loaded"] is False


def test_too_many_rows_without_a_revision_are_a_warning(monkeypatch):
    monkeypatch.setattr(_reader, "MAX_UNNUMBERED_ROWS", 2)
    insert_revoked(3)
    health = SnapshotStore().health()
    assert health.facts["waiting"] == 3
    assert "More than 2 rows have no revision" in health.problems[0].text


def test_a_refresh_longer_than_the_interval_is_a_warning():
    (problem,) = SnapshotStore(refresh_every=1e-9).health().problems
    assert problem.level == Level.WARNING
    assert "Refreshing a snapshot takes" in problem.text


def test_a_snapshot_that_cannot_be_refreshed_is_a_warning():
    with failing_database("revision"):
        (problem,) = SnapshotStore().health().problems
    assert problem.text == "Snapshots cannot be refreshed; the database is queried instead."
