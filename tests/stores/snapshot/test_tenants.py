"""Snapshots of several tenants, refreshed by one thread."""

from __future__ import annotations

import pytest
from django.db import connection

from token_revocation import _tenants
from token_revocation.stores.snapshot import SnapshotStore, _refresher
from token_revocation.stores.snapshot._refresher import IDLE_TIMEOUT_SECONDS, Refresher
from token_revocation.stores.snapshot._tenant_schema import keep_schema, schema_selector
from token_revocation.testing import make_token
from token_revocation.testing._databases import failing_database


@pytest.fixture
def refresher(monkeypatch):
    monkeypatch.setattr(_refresher, "schema_selector", lambda connection: keep_schema)
    return Refresher("default", 1.0, None)


class SchemaConnection:
    """A connection like those of django-tenants."""

    schema_name = "public"

    def set_schema(self, name):
        self.schema_name = name


def test_each_tenant_has_its_own_snapshot(refresher):
    first, second = refresher.get_manager("first"), refresher.get_manager("second")
    assert first is not second
    assert refresher.get_manager("first") is first
    assert refresher.managers == [first, second]


def test_above_the_limit_a_tenant_has_no_snapshot(refresher, monkeypatch):
    monkeypatch.setattr(_refresher, "MAX_TENANTS", 1)
    assert refresher.get_manager("first")
    assert refresher.get_manager("second") is None


@pytest.mark.django_db(transaction=True)
def test_all_snapshots_are_refreshed_in_one_run(refresher):
    managers = [refresher.get_manager("first"), refresher.get_manager("second")]
    assert 0 < refresher._refresh_all() < 1.0
    assert all(manager.get_snapshot() for manager in managers)


@pytest.mark.django_db(transaction=True)
def test_the_snapshot_of_an_idle_tenant_is_dropped(refresher, monkeypatch):
    idle, only = refresher.get_manager("idle"), Refresher("default", 1.0, None)
    idle.used_at = only.get_manager("").used_at = idle.used_at - IDLE_TIMEOUT_SECONDS - 1
    assert refresher._refresh_all() == pytest.approx(1.0, abs=0.1)
    only._refresh_all()
    assert (refresher.managers, len(only.managers)) == ([], 1)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no schemas")
@pytest.mark.django_db
def test_a_tenant_whose_schema_is_unknown_has_no_snapshot():
    with failing_database():
        assert Refresher("default", 1.0, None).get_manager("first") is None


@pytest.mark.django_db
def test_the_selector_gives_a_connection_the_same_schema():
    before = current_schema()
    schema_selector(connection)(connection)
    assert current_schema() == before
    vars(connection).pop(_tenants.SCHEMA_CHANGED, None)


def current_schema():
    statements = {"postgresql": "SHOW search_path", "mysql": "SELECT DATABASE()"}
    with connection.cursor() as cursor:
        cursor.execute(statements.get(connection.vendor, "SELECT 1"))
        return cursor.fetchone()


def test_the_selector_uses_set_schema_of_the_backend():
    source, target = SchemaConnection(), SchemaConnection()
    source.set_schema("tenant")
    schema_selector(source)(target)
    assert target.schema_name == "tenant"


@pytest.mark.django_db
def test_without_a_tenant_the_database_is_queried(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("token_revocation.stores.snapshot.store.current_scope", lambda using: None)
    store = SnapshotStore(background=False)
    store.refresh()
    with django_assert_num_queries(1):
        assert store.is_revoked(make_token()) is False
    assert store.status()["trusted"] is False
