"""How much to delete at once, so that others hardly notice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

FIRST = 500
FEWEST = 50

SECONDS = 0.05

SECONDS_ALONE = 0.02
"""Where only one may write at a time, so that who waits for two batches waits for less than 100
milliseconds."""

BREATH = 0.03
"""Seconds of rest where only one may write at a time. Who waits for a lock of SQLite looks again
after 25 milliseconds at most while the wait is short, so it finds one of our rests.
https://sqlite.org/src/file/src/main.c, ``sqliteDefaultBusyCallback``"""


class Pace:
    """Sizes batches by the time they take: ``seconds`` each, and never more than ``most`` rows.

    Without ``seconds`` it is for the database to say.
    """

    def __init__(self, connection: Any, *, most: int, seconds: float | None, sleep: float) -> None:
        only_one_writes = connection.vendor == "sqlite"
        usual = SECONDS_ALONE if only_one_writes else SECONDS
        self._most = most
        self._seconds = usual if seconds is None else seconds
        self._rest = max(sleep, BREATH if only_one_writes else 0.0)
        self.size = min(FIRST, self._most)

    def rest(self) -> None:
        """Let others write."""
        time.sleep(self._rest)

    @contextmanager
    def batch(self, rows: int) -> Iterator[None]:
        """Delete so many rows in this block; how long it takes decides how many are next."""
        began = time.perf_counter()
        yield
        took = max(time.perf_counter() - began, 1e-6)
        fitting = int(rows * self._seconds / took)
        self.size = min(max(fitting, FEWEST), 2 * max(rows, FEWEST), self._most)
