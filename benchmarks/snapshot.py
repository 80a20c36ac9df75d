"""Costs of a snapshot: ``python -m benchmarks.snapshot [ROWS]``."""

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
    """Print the seconds to load, bytes per entry and microseconds per lookup."""
    from benchmarks.rows import analyze, in_batches, revoked
    from token_revocation.models import RevokedToken
    from token_revocation.stores.snapshot._loader import load
    from token_revocation.stores.snapshot._timestamp_map import short_key
    from token_revocation.tokens import name_key

    expires_at = timezone.now() + timedelta(days=30)
    in_batches(RevokedToken, (revoked(number, expires_at) for number in range(rows)))
    analyze()
    load("default")  # The first load numbers the rows.
    loads = [timed(lambda: load("default")) for _ in range(LOADS)]
    timestamps = load("default").timestamps
    keys = [short_key(name_key(f"{number}")) for number in range(QUESTIONS)]
    return {
        "rows": rows,
        "load_seconds": median(wall for wall, _ in loads),
        "load_cpu_seconds": median(cpu for _, cpu in loads),
        "bytes_an_entry": timestamps.memory_bytes / len(timestamps),
        "look_up_microseconds": each(timestamps.get, keys),
        "peak_megabytes_while_loading": peak(lambda: load("default")),
    }


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Return the wall-clock seconds and the processor seconds of this process."""
    wall, cpu = perf_counter(), process_time()
    act()
    return perf_counter() - wall, process_time() - cpu


def each(look_up: Callable[[Any], object], keys: list[Any]) -> float:
    """Return the microseconds of one call: the best of a few rounds."""

    def round_() -> None:
        for key in keys:
            look_up(key)

    return min(timed(round_)[0] for _ in range(5)) / len(keys) * 1e6


def peak(act: Callable[[], object]) -> float:
    """Return the peak of Python memory in megabytes while ``act`` runs."""
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
