"""A look for changes is one statement, on every database."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.stores.snapshot.revoked_rows import insert_revoked
from token_revocation import services
from token_revocation.models import MARK_LENGTH, RevocationState
from token_revocation.stores.snapshot import _loader, _manager
from token_revocation.stores.snapshot._loader import RENUMBER_THRESHOLD
from token_revocation.stores.snapshot._manager import SnapshotManager
from token_revocation.stores.snapshot._revisions import assign_revision

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager():
    return SnapshotManager("default", refresh_every=1.0)


def look(manager):
    """Refresh the snapshot as the thread does; return the statements."""
    with CaptureQueriesContext(connection) as captured:
        manager.run_once()
    assert manager.status()["errors"] == 0
    return [query["sql"] for query in captured]


@pytest.mark.parametrize("are_numbered", [True, False])
@pytest.mark.parametrize("count", [0, 1, RENUMBER_THRESHOLD])
def test_an_idle_look_is_one_statement(manager, count, are_numbered):
    insert_revoked(count)
    if are_numbered:
        assign_revision("default")
    look(manager)
    assert [len(look(manager)) for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("are_numbered", [True, False])
def test_a_look_after_revocations_is_one_statement(manager, are_numbered):
    look(manager)
    (token,) = insert_revoked()
    services.revoke_session("s")
    if are_numbered:
        assign_revision("default")
    assert len(look(manager)) == 1
    assert manager.get_snapshot().may_be_revoked(token)
    assert manager.status()["entries"] == 2
    assert len(look(manager)) == 1


def test_a_prepared_look_finds_revocations(manager, settings):
    settings.TOKEN_REVOCATION = {"PREPARE_STATEMENTS": True}
    manager.refresh()
    for _ in range(10):
        (token,) = insert_revoked()
        services.revoke_session("s")
        assign_revision("default")
        manager.refresh()
        assert manager.get_snapshot().may_be_revoked(token)
    assert has_prepared_union() == (connection.vendor == "postgresql")


def has_prepared_union():
    sql = "SELECT 1 FROM pg_prepared_statements WHERE statement LIKE '%UNION ALL%'"
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone() is not None


def test_many_revisions_take_two_statements_more_for_each_chunk(manager, monkeypatch):
    monkeypatch.setattr("token_revocation.stores.snapshot._reader.REVISIONS_PER_CHUNK", 2)
    look(manager)
    for _ in range(5):
        insert_revoked()
        assign_revision("default")
    assert len(look(manager)) == 1 + 2 * 2
    assert manager.status()["entries"] == 5
    assert len(look(manager)) == 1


def test_watermarks_are_read_only_after_a_pause(manager, monkeypatch):
    times = [100.0]
    for module in (_loader, _manager):
        monkeypatch.setattr(module, "monotonic", lambda: times[0])
    look(manager)
    times[0] += _loader.WATERMARK_INTERVAL_SECONDS
    assert len(look(manager)) == 1
    times[0] += _loader.WATERMARK_INTERVAL_SECONDS + 0.1
    assert len(look(manager)) == 2


def test_an_idle_look_reads_one_mark_of_the_lineage(manager):
    for _ in range(20):
        assign_revision("default")
    look(manager)
    whole = RevocationState.objects.get().lineage
    look(manager)
    assert manager._snapshot.state.lineage == whole[-MARK_LENGTH:]
