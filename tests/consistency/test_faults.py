"""A fault that did not happen ends the run: its row would show nothing."""

from __future__ import annotations

from threading import Event
from types import SimpleNamespace

import pytest

from tests.consistency.faults import FAULTS, NothingBroke


def nothing(*args, **more):
    return 0


@pytest.fixture
def stage(tmp_path):
    """Servers and hosts to which nothing can be done."""
    cache = SimpleNamespace(limit=nothing, fill=nothing, evicted=nothing, restart=nothing)
    host = SimpleNamespace(restart=nothing, ahead=nothing)
    return SimpleNamespace(
        database=SimpleNamespace(cut=nothing),
        cache=cache,
        hosts=[host, host],
        order=tmp_path / "order",
    )


@pytest.mark.parametrize(
    "fault",
    [
        "Redis full, `allkeys-lru`",
        "Redis full, `volatile-lru`",
        "its connections cut, again and again",
        "workers killed between commit and publication",
        "clock of a host 30 s ahead",
    ],
)
def test_a_fault_that_did_not_happen_is_noticed(stage, fault):
    with pytest.raises(NothingBroke):
        list(FAULTS[fault](stage))


def test_one_that_happened_is_not_in_the_way(stage):
    happened = Event()
    stage.database.cut = lambda: happened.set() or 1
    going_on = FAULTS["its connections cut, again and again"](stage)
    next(going_on)
    assert happened.wait(60)
    assert next(going_on, "over") == "over"
