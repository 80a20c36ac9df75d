from __future__ import annotations

import pytest
from django.db import connection

from tests.stores.snapshot.revoked_rows import insert_revoked
from token_revocation.models import RevokedToken
from token_revocation.stores.snapshot import _loader, _reader
from token_revocation.stores.snapshot import _manager as module
from token_revocation.stores.snapshot._invalidations import to_entries
from token_revocation.stores.snapshot._manager import RELOAD_INTERVAL_SECONDS, SnapshotManager
from token_revocation.stores.snapshot._revisions import assign_revision
from token_revocation.testing import make_token
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return SnapshotManager("default", refresh_every=1.0)


@pytest.fixture
def clock(monkeypatch):
    """A clock that shows ``clock.now``."""

    class Clock:
        now = 100.0

    for patched in (module, _loader):
        monkeypatch.setattr(patched, "monotonic", lambda: Clock.now)
    return Clock


def contains(manager, token):
    return manager.get_snapshot().may_be_revoked(token)


def test_there_is_no_snapshot_before_the_first_load(manager):
    assert manager.get_snapshot() is None
    assert manager.status() == {"loaded": False, "trusted": False, "errors": 0}


def test_a_refresh_loads_first_and_then_applies_changes(manager, django_assert_num_queries):
    (first,) = insert_revoked()
    manager.refresh()
    (second,) = insert_revoked()
    with django_assert_num_queries(1):
        manager.refresh()
    assert contains(manager, first)
    assert contains(manager, second)
    assert manager.status()["entries"] == 2


def test_a_snapshot_older_than_the_bound_is_not_used(manager, clock):
    manager.refresh()
    clock.now += 2.0
    assert manager.get_snapshot()
    clock.now += 0.001
    assert manager.get_snapshot() is None
    assert manager.status()["trusted"] is False
    assert manager.status()["age"] == 2.001


def test_the_age_counts_from_the_start_of_the_read(manager, clock, monkeypatch):
    read = _loader.read_changes

    def read_slowly(using, after):
        found = read(using, after)
        clock.now += 1.5
        return found

    manager.refresh()
    monkeypatch.setattr(_loader, "read_changes", read_slowly)
    manager.refresh()
    assert manager.status()["age"] == 1.5


def test_a_periodic_reload_drops_purged_rows(manager, clock):
    insert_revoked(3)
    manager.refresh()
    RevokedToken.objects.all().delete()
    clock.now += RELOAD_INTERVAL_SECONDS / 2 - 1
    manager.refresh()
    assert manager.status()["entries"] == 3
    clock.now += RELOAD_INTERVAL_SECONDS / 2 + 1
    manager.refresh()
    assert manager.status()["entries"] == 0


def test_changes_are_applied_to_the_old_snapshot_during_a_reload(manager, clock, monkeypatch):
    monkeypatch.setattr(_reader, "CHUNK_ROWS", 1)
    insert_revoked(3)
    assign_revision("default")
    manager.refresh()
    clock.now += RELOAD_INTERVAL_SECONDS
    seen, load = [], _loader.load

    def load_slowly(using, on_batch):
        def after_batch():
            clock.now += 0.4
            on_batch()
            seen.append(manager.get_snapshot() is not None)

        return load(using, after_batch)

    monkeypatch.setattr(module, "load", load_slowly)
    manager.refresh()
    assert seen == [True] * 2
    assert contains(manager, revoke_and_refresh(manager))


def revoke_and_refresh(manager):
    (token,) = insert_revoked()
    manager.refresh()
    return token


def test_after_too_many_changes_there_is_no_snapshot_until_a_reload(manager, monkeypatch):
    manager.refresh()
    tokens = insert_revoked(7)
    monkeypatch.setattr(_reader, "MAX_UNNUMBERED_ROWS", 5)
    with monkeypatch.context() as patch:
        patch.setattr(_loader, "assign_revision", lambda using: None)
        manager.refresh()
    assert manager.get_snapshot() is None
    manager.refresh()
    assert all(contains(manager, token) for token in tokens)


def test_invalidations_are_discarded_when_the_snapshot_contains_them(manager, clock):
    early, late = make_token(), make_token()
    manager.invalidations.add(to_entries([early.key], None))
    clock.now = module.monotonic() + 1e9
    manager.refresh()
    assert not manager.invalidations.affects(early)
    manager.invalidations.add(to_entries([late.key], None))
    clock.now -= 2e9
    manager.refresh()
    assert manager.invalidations.affects(late)


def test_rows_that_cannot_get_a_revision_are_read(manager, monkeypatch):
    monkeypatch.setattr(_loader, "RENUMBER_THRESHOLD", 0)
    manager.refresh()
    (token,) = insert_revoked()
    with failing_database("UPDATE"):
        manager.refresh()
    assert contains(manager, token)
    assert RevokedToken.objects.unnumbered().count() == 1


def test_many_rows_get_a_revision(manager, monkeypatch):
    monkeypatch.setattr(_loader, "RENUMBER_THRESHOLD", 2)
    manager.refresh()
    insert_revoked(3)
    manager.refresh()
    assert not RevokedToken.objects.unnumbered().exists()
    assert assign_revision("default") == 0


class TestRunOnce:
    """One refresh in the worker thread."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def test_the_delay_is_shorter_than_the_interval(self, manager):
        delays = [manager.run_once() for _ in range(20)]
        assert all(0 < delay < 1.0 for delay in delays)
        assert max(delays) - min(delays) > 0.05
        assert manager.get_snapshot()

    def test_failures_are_logged_once_and_retried_soon_at_first(self, manager, caplog):
        with failing_database():
            assert [manager.run_once() for _ in range(3)] == [0.25, 1.0, 1.0]
        assert caplog.text.count("The snapshot could not be refreshed") == 1
        manager.run_once()
        assert manager.get_snapshot()
        with failing_database():
            assert manager.run_once() == 0.25
        assert caplog.text.count("The snapshot could not be refreshed") == 2

    def test_autocommit_is_switched_on(self, manager):
        connection.ensure_connection()
        connection.set_autocommit(False)
        try:
            manager.run_once()
            assert connection.get_autocommit()
        finally:
            connection.set_autocommit(True)
        assert manager.get_snapshot()
