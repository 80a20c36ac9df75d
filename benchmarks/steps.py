"""Where the time of the mixin goes: each of its steps timed where it stands, and once more at once.

Between two requests a processor has forgotten the code of a step, and what it works on: the second
time it has both at hand, and takes as long as the work itself.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter_ns
from typing import Any

from benchmarks.contestants import BASELINE, contestants
from benchmarks.turns import authenticate, take_turns
from token_revocation.authentication import RevocationMixin
from token_revocation.stores.snapshot import SnapshotStore

MIXIN = "our mixin before DRF, SnapshotStore"

STEPS = {
    "the token is named (`identify`)": (RevocationMixin, "_identify"),
    "the store looks into its memory (`is_revoked`)": (SnapshotStore, "is_revoked"),
    "both, expiry, account (`refuse_if_ended`)": (RevocationMixin, "refuse_if_ended"),
    "monitoring is told (`token_checked`)": (RevocationMixin, "_count"),
}


def steps(options: Namespace) -> dict[str, dict[str, float]]:
    """Microseconds, the medians, of each step of the mixin, as it takes turns with the class alone."""
    chosen = [c for c in contestants() if c.name in (BASELINE, MIXIN)]
    found = {}
    for name, (owner, method) in STEPS.items():
        with timed(owner, method) as taken:
            take_turns(chosen, authenticate, rounds=options.rounds, calls=options.calls)
        found[name] = {"there": median(taken[::2]), "again": median(taken[1::2])}
    return found


@contextmanager
def timed(owner: Any, name: str) -> Iterator[list[float]]:
    """Microseconds of every call of a method meanwhile, each followed by those of another one."""
    method, taken = getattr(owner, name), []

    def timing(*args: Any) -> Any:
        for _ in range(2):
            began = perf_counter_ns()
            result = method(*args)
            taken.append((perf_counter_ns() - began) / 1000)
        return result

    setattr(owner, name, timing)
    try:
        yield taken
    finally:
        setattr(owner, name, method)
