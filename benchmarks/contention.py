"""How long concurrent inserts of another process wait."""

from __future__ import annotations

import multiprocessing
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from django.db import connection, connections
from django.utils import timezone

from token_revocation.models import RevokedToken

PAUSE = 0.003


@contextmanager
def inserting() -> Iterator[list[float]]:
    """Yield a list that has the milliseconds of each concurrent insert afterwards."""
    context = multiprocessing.get_context("fork")
    stopped, results = context.Event(), context.SimpleQueue()
    connections.close_all()  # A forked process must not share a connection.
    process = context.Process(target=insert_until, args=(stopped, results))
    process.start()
    found: list[float] = []
    try:
        yield found
    finally:
        stopped.set()
        found += results.get()
        process.join()


def insert_until(stopped: Any, results: Any) -> None:
    taken = []
    expires_at = timezone.now() + timedelta(days=1)
    connection.ensure_connection()
    while not stopped.is_set():
        key = uuid.uuid4()
        row = RevokedToken(key=key, kind="beside", identifier=key.hex, expires_at=expires_at)
        before = time.perf_counter()
        row.save(force_insert=True)
        taken.append((time.perf_counter() - before) * 1000)
        time.sleep(PAUSE)
    results.put(taken)


def insert_times(taken: list[float]) -> dict[str, float]:
    """Return the milliseconds of one insert."""
    return {
        "inserts": len(taken),
        "median": median(taken),
        "p99": quantiles(taken, n=100)[98],
        "longest": max(taken),
    }
