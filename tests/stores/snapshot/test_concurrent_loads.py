"""Threads and processes that start together do not load together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event

import pytest

from token_revocation.stores.snapshot import _loader
from token_revocation.stores.snapshot import _manager as module
from token_revocation.stores.snapshot._loader import Snapshot, load
from token_revocation.stores.snapshot._manager import RELOAD_INTERVAL_SECONDS, SnapshotManager


@pytest.mark.django_db
def test_processes_that_start_together_reload_at_different_times(monkeypatch):
    loaded, hours = [], [0.0]
    monkeypatch.setattr(module, "load", lambda *args, **more: loaded.append(1) or load(*args))
    for patched in (module, _loader):
        monkeypatch.setattr(
            patched, "monotonic", lambda: 100.0 + hours[0] * RELOAD_INTERVAL_SECONDS
        )
    managers = [
        SnapshotManager("default", refresh_every=RELOAD_INTERVAL_SECONDS) for _ in range(20)
    ]
    counts = []
    for hours[0] in (0.0, 0.4, 0.75, 1.1):
        for manager in managers:
            manager.refresh()
        counts.append(len(loaded))
    assert counts[0] == counts[1] == 20
    assert 20 < counts[2] < 40


def test_one_of_several_threads_loads(monkeypatch):
    entered, proceed, loaded = Event(), Event(), []

    def load_slowly(using, on_batch):
        loaded.append(1)
        entered.set()
        assert proceed.wait(60)
        return Snapshot(expected=0, state=None)

    monkeypatch.setattr(module, "load", load_slowly)
    monkeypatch.setattr(module, "apply_changes", lambda snapshot, using: 0)
    manager = SnapshotManager("default", refresh_every=1.0)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(manager.refresh)
        assert entered.wait(60)
        second = pool.submit(manager.refresh)
        assert not wait([second], timeout=0.5).done
        proceed.set()
        assert wait([first, second], timeout=60).not_done == set()
    assert loaded == [1]
