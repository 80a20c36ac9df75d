"""How long others wait who insert meanwhile, in a process of their own."""

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
    """Milliseconds of each insert made while the block runs; filled in at its end."""
    context = multiprocessing.get_context("fork")
    ended, results = context.Event(), context.SimpleQueue()
    connections.close_all()  # A fork must not share one.
    process = context.Process(target=insert_until, args=(ended, results))
    process.start()
    found: list[float] = []
    try:
        yield found
    finally:
        ended.set()
        found += results.get()
        process.join()


def insert_until(ended: Any, results: Any) -> None:
    taken = []
    expires_at = timezone.now() + timedelta(days=1)
    connection.ensure_connection()
    while not ended.is_set():
        key = uuid.uuid4()
        row = RevokedToken(key=key, kind="beside", identifier=key.hex, expires_at=expires_at)
        before = time.perf_counter()
        row.save(force_insert=True)
        taken.append((time.perf_counter() - before) * 1000)
        time.sleep(PAUSE)
    results.put(taken)


def waited(taken: list[float]) -> dict[str, float]:
    """In milliseconds."""
    return {
        "inserts": len(taken),
        "median": median(taken),
        "p99": quantiles(taken, n=100)[98],
        "longest": max(taken),
    }
