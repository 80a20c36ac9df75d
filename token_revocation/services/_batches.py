"""Batches of items, and deletion of rows in batches of a limited duration."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")

Batch = Sequence[Any]
"""Primary keys in ascending order."""

INITIAL_BATCH_ROWS = 500
MIN_BATCH_ROWS = 50

BATCH_SECONDS = 0.05

# SQLite has one writer at a time. A transaction that waits for two batches should wait for less
# than 100 milliseconds.
SQLITE_BATCH_SECONDS = 0.02

# A writer that waits for SQLite's lock retries after at most 25 milliseconds at first, so one of
# its attempts falls into a pause of this length.
# https://sqlite.org/src/file/src/main.c, ``sqliteDefaultBusyCallback``
SQLITE_PAUSE_SECONDS = 0.03


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Read ``items`` lazily, and yield lists of at most ``size`` items."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


class BatchSizer:
    """Choose the size of each batch so that it takes about ``seconds``.

    Args:
        connection: The database connection that deletes the rows.
        max_rows: The largest size of a batch.
        seconds: The target duration of a batch; ``None`` is the default of the database.
        sleep: The pause between two batches, in seconds.
    """

    def __init__(
        self, connection: Any, *, max_rows: int, seconds: float | None, sleep: float
    ) -> None:
        is_sqlite = connection.vendor == "sqlite"
        default_seconds = SQLITE_BATCH_SECONDS if is_sqlite else BATCH_SECONDS
        self._max_rows = max_rows
        self._seconds = default_seconds if seconds is None else seconds
        self._pause_seconds = max(sleep, SQLITE_PAUSE_SECONDS if is_sqlite else 0.0)
        self.size = min(INITIAL_BATCH_ROWS, self._max_rows)

    def pause(self) -> None:
        """Sleep, so that other transactions can write."""
        time.sleep(self._pause_seconds)

    @contextmanager
    def measure(self, rows: int) -> Iterator[None]:
        """Measure how long this block takes to delete ``rows``, and adjust :attr:`size`."""
        started_at = time.perf_counter()
        yield
        elapsed = max(time.perf_counter() - started_at, 1e-6)
        rows_in_time = int(rows * self._seconds / elapsed)
        self.size = min(
            max(rows_in_time, MIN_BATCH_ROWS), 2 * max(rows, MIN_BATCH_ROWS), self._max_rows
        )


def delete_in_batches(
    rows: Any, sizer: BatchSizer, delete: Callable[[Any, Batch], int]
) -> Iterator[int]:
    """Call ``delete`` for each batch of ``rows``, and yield the deleted counts."""
    batch = _read_batch(rows, sizer.size)
    while batch:
        with sizer.measure(len(batch)):
            deleted = delete(rows, batch)
        yield deleted
        # Continue after the last key, so that no scan passes the deleted rows again.
        batch = _read_batch(rows.filter(pk__gt=batch[-1]), sizer.size)


def filter_batch(rows: Any, batch: Batch) -> Any:
    """Return the subset of ``rows`` between the first and the last key of ``batch``."""
    return rows.order_by().filter(pk__gte=batch[0], pk__lte=batch[-1])


def _read_batch(rows: Any, size: int) -> Batch:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:size])
