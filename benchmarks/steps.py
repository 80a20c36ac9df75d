"""The time of each step of the mixin, in place and repeated at once.

Between two requests the processor evicts the code and data of a step from its caches. The second call
finds both there, so it shows the cost of the work alone.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter_ns
from typing import Any

from benchmarks.contestants import BASELINE, contestants
from benchmarks.rounds import authenticate, take_turns
from token_revocation.authentication import RevocationMixin
from token_revocation.stores.snapshot import SnapshotStore

MIXIN = "RevocationMixin + DRF, SnapshotStore"

STEPS = {
    "identify the token (`identify`)": (RevocationMixin, "_identify"),
    "look up the token in memory (`is_revoked`)": (SnapshotStore, "is_revoked"),
    "all checks, with expiry and account (`check_not_revoked`)": (
        RevocationMixin,
        "check_not_revoked",
    ),
    "send the signal (`token_checked`)": (RevocationMixin, "report_success"),
}


def steps(options: Namespace) -> dict[str, dict[str, float]]:
    """Return the median microseconds of each step, in turns with the class alone."""
    chosen = [c for c in contestants() if c.name in (BASELINE, MIXIN)]
    found = {}
    for name, (owner, method) in STEPS.items():
        with timed(owner, method) as taken:
            take_turns(chosen, authenticate, rounds=options.rounds, calls=options.calls)
        found[name] = {"there": median(taken[::2]), "again": median(taken[1::2])}
    return found


@contextmanager
def timed(owner: Any, name: str) -> Iterator[list[float]]:
    """Record the microseconds of each call of a method, and of a second one at once."""
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
