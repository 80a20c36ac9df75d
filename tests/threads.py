"""Several clients at the same moment, each with a connection of its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, connections

needs_several_connections = pytest.mark.skipif(
    connection.vendor == "sqlite" and connection.is_in_memory_db(),
    reason="SQLite in memory is one connection for all threads",
)

knows_levels_of_isolation = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite knows no levels of isolation"
)


def at_once(run, *, threads):
    """What ``run()`` returns in each of some threads that start it at the same moment."""
    barrier = threading.Barrier(threads, timeout=30)

    def start(_):
        try:
            barrier.wait()
            return run()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(start, range(threads)))


@contextmanager
def isolated(level):
    """A connection of this thread's own, with transactions of that level."""
    session = "SESSION CHARACTERISTICS AS" if connection.vendor == "postgresql" else "SESSION"
    with connection.cursor() as cursor:
        cursor.execute(f"SET {session} TRANSACTION ISOLATION LEVEL {level}")
    try:
        yield
    finally:
        connections.close_all()
