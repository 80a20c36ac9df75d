"""What a snapshot costs: ``python -m benchmarks.snapshot [ROWS]``, on ``BENCH_DATABASE``."""

from __future__ import annotations

import os
import sys
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import perf_counter, process_time
from typing import Any

import django
from django.utils import timezone

from benchmarks.measure import database

LOADS = 3
QUESTIONS = 100_000


def measure(rows: int) -> dict[str, float]:
    """Seconds to load, bytes an entry, and microseconds a question."""
    from benchmarks.rows import analyze, in_batches, revoked
    from token_revocation.models import RevokedToken
    from token_revocation.stores.snapshot.loading import load
    from token_revocation.stores.snapshot.moments import short
    from token_revocation.tokens import name_key

    expires_at = timezone.now() + timedelta(days=30)
    in_batches(RevokedToken, (revoked(number, expires_at) for number in range(rows)))
    analyze()
    load("default")  # The first one numbers the rows.
    loads = [timed(lambda: load("default")) for _ in range(LOADS)]
    moments = load("default").moments
    keys = [short(name_key(f"{number}")) for number in range(QUESTIONS)]
    return {
        "rows": rows,
        "load_seconds": median(wall for wall, _ in loads),
        "load_cpu_seconds": median(cpu for _, cpu in loads),
        "bytes_an_entry": moments.memory / len(moments),
        "look_up_microseconds": each(moments.latest, keys),
        "peak_megabytes_while_loading": peak(lambda: load("default")),
    }


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of this process alone."""
    wall, cpu = perf_counter(), process_time()
    act()
    return perf_counter() - wall, process_time() - cpu


def each(look_up: Callable[[Any], object], keys: list[Any]) -> float:
    """Microseconds for one; the best of a few rounds, as others use the machine too."""

    def round_() -> None:
        for key in keys:
            look_up(key)

    return min(timed(round_)[0] for _ in range(5)) / len(keys) * 1e6


def peak(act: Callable[[], object]) -> float:
    """Megabytes of Python memory at the most, while ``act`` runs."""
    tracemalloc.start()
    act()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def main(rows: str = "1000000") -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    with database():
        for name, figure in measure(int(rows)).items():
            print(f"{name:32} {figure:12.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
