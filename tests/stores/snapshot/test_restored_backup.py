"""After a backup was restored, the snapshot is loaded again, whatever its last revision is."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import connection, connections

from tests.stores.snapshot.revoked_rows import insert_revoked
from token_revocation import services
from token_revocation.models import RevocationState, RevokedToken, TokenCutoff
from token_revocation.stores.snapshot._manager import SnapshotManager
from token_revocation.stores.snapshot._revisions import (
    MAX_LINEAGE_MARKS,
    assign_revision,
    current_state,
)
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = (RevokedToken, TokenCutoff, RevocationState)


@pytest.fixture
def manager():
    return SnapshotManager("default", refresh_every=1.0)


@contextmanager
def backup_restored():
    """Restore the tables at the end of the block, so that its writes are lost."""
    run("CREATE TABLE {0}_backup AS SELECT * FROM {0}")
    yield
    run("DELETE FROM {0}")
    run("INSERT INTO {0} SELECT * FROM {0}_backup")
    run("DROP TABLE {0}_backup")


def run(statement):
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(statement.format(table._meta.db_table))


def revoke_with_revision():
    (token,) = insert_revoked()
    assign_revision("default")
    return token


def test_as_many_revisions_after_a_restore_cause_a_reload(manager):
    with backup_restored():
        current_state("default")
        lost = revoke_with_revision()
        manager.refresh()
        assert manager.get_snapshot().may_be_revoked(lost)
    token = revoke_with_revision()
    manager.refresh()
    assert manager.status()["revision"] == 1
    assert manager.get_snapshot().may_be_revoked(token)


def test_more_revisions_after_a_restore_cause_a_reload(manager):
    current_state("default")
    with backup_restored():
        revoke_with_revision()
        manager.refresh()
    tokens = [revoke_with_revision() for _ in range(3)]
    manager.refresh()
    assert all(manager.get_snapshot().may_be_revoked(token) for token in tokens)


def test_a_revocation_deleted_after_the_backup_is_in_force_again(manager):
    token = revoke_with_revision()
    with backup_restored():
        services.restore(RevokedToken.objects.get(key=token.key))
        manager.refresh()
        assert not manager.get_snapshot().may_be_revoked(token)
    manager.refresh()
    assert manager.get_snapshot().may_be_revoked(token)


def test_another_database_has_another_identity(manager):
    revoke_with_revision()
    manager.refresh()
    state = current_state("default")
    assert state.follows(state)
    RevocationState.objects.all().delete()
    assert not current_state("default").follows(state)


def test_the_lineage_is_limited_to_the_last_revisions():
    first = current_state("default")
    for _ in range(MAX_LINEAGE_MARKS):
        assign_revision("default")
    state = current_state("default")
    assert len(state.lineage) == len(first.lineage) * MAX_LINEAGE_MARKS
    assert not state.follows(first)


def test_the_snapshot_is_dropped_after_a_lost_connection(manager):
    manager.refresh()
    with failing_database():
        connection.close()
        connection.connect = fail
        try:
            manager.run_once()
        finally:
            del connection.connect
    assert manager.status()["loaded"] is False


def test_the_snapshot_is_kept_after_another_failure(manager):
    manager.refresh()
    with failing_database():
        manager.run_once()
    assert manager.status()["loaded"] is True


def test_a_connection_whose_state_is_unknown_counts_as_lost(manager, monkeypatch):
    manager.refresh()
    monkeypatch.setattr(type(connections["default"]), "is_usable", fail)
    with failing_database():
        manager.run_once()
    assert manager.status()["loaded"] is False
    connections.close_all()


def fail(*args):
    raise OSError("no route to host")
