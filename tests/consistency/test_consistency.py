"""Short runs of ``python -m tests.consistency``, and faulty stores that they detect."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from tests.consistency import run
from tests.consistency.clients import ClientPool
from tests.consistency.environment import start_servers
from tests.consistency.hosts import WORKERS
from tests.consistency.report import problems
from tests.consistency.run import SHORT, run_faults

STORES = "token_revocation.stores."

COMMON_FAULTS = ["none", "database crashed", "workers killed between commit and invalidation"]
SESSION_FAULTS = ["connections cut repeatedly", "workers killed between refresh and response"]
CACHE_FAULTS = [
    "Redis killed",
    "`FLUSHALL`, repeatedly",
    "Redis stopped for 5 s",
    "Redis full, `allkeys-lru`",
    "Redis full, `volatile-lru`",
]

RUNS = {
    "database.DatabaseStore": ({}, [*COMMON_FAULTS, *SESSION_FAULTS]),
    "cached.CachedStore": (
        {"timeout": 1.0},
        [*COMMON_FAULTS, *CACHE_FAULTS, "clock of a host 30 s ahead"],
    ),
    "snapshot.SnapshotStore": (
        {"refresh_every": 0.5},
        [*COMMON_FAULTS, "connections cut repeatedly", "clock of a host 30 s ahead"],
    ),
}


@pytest.fixture(scope="module")
def servers():
    with start_servers(os.environ["TOKEN_REVOCATION_TEST_DB"]) as servers:
        yield servers


@pytest.mark.parametrize("store", RUNS)
def test_no_revoked_token_is_accepted_late_or_lost(servers, store):
    options, faults = RUNS[store]
    rows = list(run_faults(servers, f"{STORES}{store}", options, faults, SHORT))
    assert {row.fault: problems(row) for row in rows if problems(row)} == {}


def test_a_host_without_requests_is_detected(servers, monkeypatch):
    monkeypatch.setattr(run, "ClientPool", lambda hosts, *rest: ClientPool(hosts[:1], *rest))
    length = replace(SHORT, timeout=20)
    (row,) = run_faults(servers, f"{STORES}database.DatabaseStore", {}, ["none"], length)
    assert problems(row) == {"silent workers": WORKERS}


@pytest.mark.parametrize(
    ("store", "problem"), [("DeletingStore", "accepted late"), ("CacheOnlyStore", "lost")]
)
def test_a_store_that_trusts_its_cache_is_detected(servers, store, problem):
    (row,) = run_faults(servers, f"tests.stores.faulty_stores.{store}", {}, ["none"], SHORT)
    assert problem in problems(row)


def test_retries_that_end_sessions_are_detected(servers, monkeypatch):
    monkeypatch.setenv("CONSISTENCY_GRACE", "0")
    length = replace(SHORT, timeout=5)
    (row,) = run_faults(servers, f"{STORES}database.DatabaseStore", {}, ["none"], length)
    assert "sessions lost" in problems(row)
