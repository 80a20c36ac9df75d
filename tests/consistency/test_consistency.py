"""The short form of ``python -m tests.consistency``, and stores on which it must fail."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from tests.consistency import run
from tests.consistency.crowd import Crowd
from tests.consistency.hosts import WORKERS
from tests.consistency.report import problems
from tests.consistency.run import SHORT, rows
from tests.consistency.stage import servers

STORES = "token_revocation.stores."

EVERYWHERE = ["none", "database crashed", "workers killed between commit and publication"]
OF_THE_CACHE = [
    "Redis killed",
    "`FLUSHALL`, again and again",
    "Redis stopped for 5 s",
    "Redis full, `allkeys-lru`",
    "Redis full, `volatile-lru`",
]

RUNS = {
    "database.DatabaseStore": ({}, [*EVERYWHERE, "its connections cut, again and again"]),
    "cached.CachedStore": (
        {"timeout": 1.0},
        [*EVERYWHERE, *OF_THE_CACHE, "clock of a host 30 s ahead"],
    ),
    "snapshot.SnapshotStore": (
        {"refresh_every": 0.5},
        [*EVERYWHERE, "its connections cut, again and again", "clock of a host 30 s ahead"],
    ),
}


@pytest.fixture(scope="module")
def ready():
    with servers(os.environ["TOKEN_REVOCATION_TEST_DB"]) as started:
        yield started


@pytest.mark.parametrize("store", RUNS)
def test_nothing_ended_is_accepted_after_the_bound_or_lost(ready, store):
    options, faults = RUNS[store]
    found = list(rows(ready, f"{STORES}{store}", options, faults, SHORT))
    assert {row.fault: problems(row) for row in found if problems(row)} == {}


def test_a_host_that_nobody_asks_is_found_out(ready, monkeypatch):
    monkeypatch.setattr(run, "Crowd", lambda hosts, *rest: Crowd(hosts[:1], *rest))
    length = replace(SHORT, most=20)
    (row,) = rows(ready, f"{STORES}database.DatabaseStore", {}, ["none"], length)
    assert problems(row) == {"silent workers": WORKERS}


@pytest.mark.parametrize(
    ("store", "problem"), [("ForgettingStore", "accepted late"), ("CacheOnlyStore", "lost")]
)
def test_a_store_that_trusts_its_cache_is_found_out(ready, store, problem):
    (row,) = rows(ready, f"tests.stores.careless.{store}", {}, ["none"], SHORT)
    assert problem in problems(row)
