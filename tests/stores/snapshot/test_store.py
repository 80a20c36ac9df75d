from __future__ import annotations

import gc
import weakref

import pytest
from django.core.management import call_command

from token_revocation._checks import check_token_revocation
from token_revocation.stores import get_store
from token_revocation.stores.snapshot import SnapshotStore, _refresher, store
from token_revocation.testing import make_token

PATH = "token_revocation.stores.snapshot.SnapshotStore"


class FakeWorker:
    """Replaces the thread, and records the methods called on it."""

    def __init__(self, task, min_interval):
        self.calls = []

    def __getattr__(self, name):
        return lambda: self.calls.append(name)


@pytest.fixture
def fake_worker(monkeypatch):
    monkeypatch.setattr(_refresher, "Worker", FakeWorker)


def worker_calls(store):
    return store._get_refresher("default").worker.calls


@pytest.mark.django_db
def test_the_thread_starts_with_the_first_lookup(fake_worker):
    made = SnapshotStore()
    made.check()
    made.invalidate([make_token().key])
    made.status()
    assert "start" not in worker_calls(made)
    made.is_revoked(make_token())
    assert worker_calls(made).count("start") == 1


@pytest.mark.django_db
def test_a_command_without_lookups_loads_no_snapshot(fake_worker, settings):
    settings.TOKEN_REVOCATION = {"STORE": PATH}
    call_command("check")
    call_command("purge_revoked_tokens", verbosity=0)
    assert "start" not in worker_calls(get_store())
    assert get_store().status()["loaded"] is False


@pytest.mark.django_db
def test_without_a_thread_the_database_is_queried_until_a_refresh(
    django_assert_num_queries,
):
    made = SnapshotStore(background=False)
    with django_assert_num_queries(1):
        made.is_revoked(make_token())
    made.refresh()
    with django_assert_num_queries(0):
        made.is_revoked(make_token())


def test_closing_a_store_joins_its_thread(fake_worker):
    made = SnapshotStore()
    worker_calls(made)
    made.close()
    assert worker_calls(made) == ["stop", "join"]


def test_changing_the_settings_closes_the_store(fake_worker, settings):
    settings.TOKEN_REVOCATION = {"STORE": PATH}
    made = get_store()
    worker_calls(made)
    settings.TOKEN_REVOCATION = {}
    assert worker_calls(made) == ["stop", "join"]


def test_the_thread_of_a_collected_store_is_stopped(fake_worker):
    made = SnapshotStore()
    calls, gone = worker_calls(made), weakref.ref(made)
    del made
    gc.collect()
    assert gone() is None
    assert calls == ["stop"]


def test_a_forked_store_starts_again_and_leaves_the_workers_of_its_parent(fake_worker):
    made = SnapshotStore()
    calls = worker_calls(made)
    made.reset_after_fork()
    assert worker_calls(made) is not calls
    store._for_each_store(SnapshotStore.close)()
    assert calls == []
    assert worker_calls(made) == ["stop", "join"]


@pytest.mark.parametrize("every", [0, -1.0, float("nan"), 1e308, 10**400, 86_401, 1e-300])
def test_an_invalid_interval_is_reported(settings, every):
    settings.TOKEN_REVOCATION = {"STORE": PATH, "STORE_OPTIONS": {"refresh_every": every}}
    assert [m.id for m in check_token_revocation()] == ["token_revocation.E012"]
    settings.TOKEN_REVOCATION = {"STORE": PATH, "STORE_OPTIONS": {"refresh_every": 0.5}}
    assert check_token_revocation() == []
