"""A fault without an effect fails the run, which would show nothing."""

from __future__ import annotations

from threading import Event
from types import SimpleNamespace

import pytest

from tests.consistency.faults import FAULTS, FaultNotObserved


def no_effect(*args, **more):
    return 0


@pytest.fixture
def environment(tmp_path):
    """Servers and hosts on which no fault has an effect."""
    cache = SimpleNamespace(
        limit_memory=no_effect, fill=no_effect, evicted=no_effect, restart=no_effect
    )
    host = SimpleNamespace(restart=no_effect, clock_offset=no_effect)
    return SimpleNamespace(
        database=SimpleNamespace(cut_connections=no_effect),
        cache=cache,
        hosts=[host, host],
        kill_file=tmp_path / "kill",
    )


@pytest.mark.parametrize(
    "fault",
    [
        "Redis full, `allkeys-lru`",
        "Redis full, `volatile-lru`",
        "connections cut repeatedly",
        "workers killed between commit and invalidation",
        "workers killed between refresh and response",
        "clock of a host 30 s ahead",
    ],
)
def test_a_fault_without_an_effect_is_detected(environment, fault):
    with pytest.raises(FaultNotObserved):
        list(FAULTS[fault](environment))


def test_a_fault_with_an_effect_passes(environment):
    happened = Event()
    environment.database.cut_connections = lambda: happened.set() or 1
    fault = FAULTS["connections cut repeatedly"](environment)
    next(fault)
    assert happened.wait(60)
    assert next(fault, "over") == "over"
