"""Threads and processes that come together do not ask the database together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event

import pytest

from token_revocation.stores.database import DatabaseStore
from token_revocation.stores.snapshot import keeper as module
from token_revocation.stores.snapshot import loading
from token_revocation.stores.snapshot.keeper import LOADED_FOR, Keeper
from token_revocation.stores.snapshot.loading import Snapshot, load


@pytest.mark.django_db
def test_processes_that_begin_together_do_not_load_anew_together(monkeypatch):
    loaded, hours = [], [0.0]
    monkeypatch.setattr(module, "load", lambda *args, **more: loaded.append(1) or load(*args))
    for user in (module, loading):
        monkeypatch.setattr(user, "elapsed", lambda: 100.0 + hours[0] * LOADED_FOR)
    keepers = [Keeper(DatabaseStore(), every=LOADED_FOR) for _ in range(20)]
    numbers = []
    for hours[0] in (0.0, 0.4, 0.75, 1.1):
        for keeper in keepers:
            keeper.refresh()
        numbers.append(len(loaded))
    assert numbers[0] == numbers[1] == 20
    assert 20 < numbers[2] < 40


def test_of_threads_that_come_together_one_loads(monkeypatch):
    entered, go_on, loaded = Event(), Event(), []

    def slowly(using, meanwhile):
        loaded.append(1)
        entered.set()
        assert go_on.wait(60)
        return Snapshot(expected=0, revision=0)

    monkeypatch.setattr(module, "load", slowly)
    monkeypatch.setattr(module, "catch_up", lambda snapshot, using: 0)
    keeper = Keeper(DatabaseStore(using="default"), every=1.0)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(keeper.refresh)
        assert entered.wait(60)
        second = pool.submit(keeper.refresh)
        assert not wait([second], timeout=0.5).done
        go_on.set()
        assert wait([first, second], timeout=60).not_done == set()
    assert loaded == [1]
