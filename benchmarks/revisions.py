"""Cost of revisions: ``BENCH_DATABASE=postgres python -m benchmarks.revisions [ROWS] [ROUNDS]``.

A row gets its revision after its commit, by a second write. An ``xid8`` column with the number of the
transaction needs none. Both are measured in turns, on tables with ``ROWS`` rows. WAL is counted for
the whole server, so it must have no other work.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

import django
from django.db import connections

from benchmarks.measure import database

BATCH = 100
"""Rows that get one revision."""

LONG = 2
"""Batches in a long transaction, for each round."""

Figures = dict[str, dict[str, float]]
"""For each design, the figures by name."""

Cost = tuple[float, float]
"""Bytes of WAL, and seconds."""


def measure(rows: int, rounds: int) -> Figures:
    """Return the figures of both designs, with ``rows`` rows in the tables."""
    from benchmarks.revision_designs import Revision, Xid8, execute, fill

    execute("SET synchronous_commit = off")  # Without waits for the disk, which differ most.
    fill(rows)
    designs = {"revision": Revision(), "xid8": Xid8()}
    figures: Figures = {name: {} for name in designs}
    for part in (writes, full_pages, looks, looks_during_a_long_transaction):
        for name, found in part(designs, rounds).items():
            figures[name].update(found)
    return figures


def writes(designs: Mapping[str, Any], rounds: int) -> Figures:
    """Return the cost of a revocation: medians, which contain no full pages."""
    inserts: dict[str, list[Cost]] = {name: [] for name in designs}
    numbers: dict[str, list[Cost]] = {name: [] for name in designs}
    sizes = {name: design.size() for name, design in designs.items()}
    for _ in range(rounds):
        for name, design in designs.items():
            inserts[name].append(cost(inserting(design)))
            numbers[name].append(cost(design.number))
    return {
        name: {
            **write_figures(inserts[name], numbers[name]),
            "growth of table and indexes, bytes": (design.size() - sizes[name]) / rounds / BATCH,
        }
        for name, design in designs.items()
    }


def write_figures(inserts: list[Cost], numbers: list[Cost]) -> dict[str, float]:
    return {
        "WAL of the insert, bytes": median(wal for wal, _ in inserts) / BATCH,
        "WAL of the number, bytes": median(wal for wal, _ in numbers) / BATCH,
        "insert, µs": median(seconds for _, seconds in inserts) / BATCH * 1e6,
        "number, µs": median(seconds for _, seconds in numbers) / BATCH * 1e6,
    }


def full_pages(designs: Mapping[str, Any], rounds: int) -> Figures:
    """Return the WAL of a revocation just after a checkpoint, when it contains full pages."""
    return {
        name: {"WAL of both after a checkpoint, bytes": after_checkpoint(design) / BATCH}
        for name, design in designs.items()
    }


def after_checkpoint(design: Any) -> float:
    from benchmarks.revision_designs import execute

    execute("CHECKPOINT")
    return cost(inserting(design))[0] + cost(design.number)[0]


def looks(designs: Mapping[str, Any], rounds: int) -> Figures:
    """Return the time of a look, without new rows and with some."""
    idle: dict[str, list[float]] = {name: [] for name in designs}
    busy: dict[str, list[float]] = {name: [] for name in designs}
    for _ in range(rounds):
        for name, design in designs.items():
            inserting(design)()
            busy[name].append(cost(design.look)[1])
            design.number()
            design.look()
    for _ in range(rounds * 20):
        for name, design in designs.items():
            idle[name].append(cost(design.look)[1])
    return {
        name: {
            "idle look, µs": median(idle[name]) * 1e6,
            f"look with {BATCH} new rows, µs": median(busy[name]) * 1e6,
        }
        for name in designs
    }


def looks_during_a_long_transaction(designs: Mapping[str, Any], rounds: int) -> Figures:
    """Return the cost of an idle look after many revocations in a long transaction."""
    with long_transaction():
        for _ in range(rounds * LONG):
            for design in designs.values():
                inserting(design)()
                design.number()
                design.look()
        return {name: look_figures(design, rounds) for name, design in designs.items()}


def look_figures(design: Any, rounds: int) -> dict[str, float]:
    return {
        "idle look in a long transaction, rows": design.look(),
        "idle look in a long transaction, µs": median(
            cost(design.look)[1] * 1e6 for _ in range(rounds)
        ),
    }


@contextmanager
def long_transaction() -> Iterator[None]:
    """Keep a transaction with a number open on another connection."""
    other = connections["default"].copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
    yield
    other.close()


def inserting(design: Any) -> Callable[[], None]:
    """Return a function that inserts a batch of new rows."""
    from benchmarks.revision_designs import new_rows

    return partial(design.insert, new_rows(BATCH))


def cost(act: Callable[[], object]) -> Cost:
    """Return the bytes of WAL and the seconds of ``act``."""
    from benchmarks.revision_designs import execute

    before, began = execute("SELECT pg_current_wal_insert_lsn()"), perf_counter()
    act()
    seconds = perf_counter() - began
    sql = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), %s)"
    return float(execute(sql, before[0])[0][0]), seconds


def lines(figures: Figures) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    yield f"| | {' | '.join(figures)} | ratio |"
    yield "|---" * (len(figures) + 2) + "|"
    for figure in next(iter(figures.values())):
        first, second = (found[figure] for found in figures.values())
        ratio = f"{second / first:.2f}" if first else ""
        yield f"| {figure} | {first:,.0f} | {second:,.0f} | {ratio} |"


def main(rows: str = "100000", rounds: str = "25") -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    with database():
        print("\n".join(lines(measure(int(rows), int(rounds)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
