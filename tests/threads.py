"""Concurrent calls, each in a thread with a database connection of its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

import pytest
from django.db import connection, connections

requires_concurrent_connections = pytest.mark.skipif(
    connection.vendor == "sqlite" and connection.is_in_memory_db(),
    reason="Threads share one connection to an in-memory SQLite database.",
)

requires_isolation_levels = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has no transaction isolation levels."
)

ISOLATION_LEVELS = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")


def run_in_threads(run, *, threads, level=None):
    """Call ``run()`` at the same moment in several threads, and return the results.

    With ``level``, the transactions of each thread have that isolation level.
    """
    barrier = threading.Barrier(threads, timeout=30)

    def start(_):
        try:
            barrier.wait()
            with isolation_level(level) if level else nullcontext():
                return run()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(start, range(threads)))


@contextmanager
def isolation_level(level):
    """Open a connection for this thread whose transactions have that isolation level."""
    session = "SESSION CHARACTERISTICS AS" if connection.vendor == "postgresql" else "SESSION"
    with connection.cursor() as cursor:
        cursor.execute(f"SET {session} TRANSACTION ISOLATION LEVEL {level}")
    try:
        yield
    finally:
        connections.close_all()
