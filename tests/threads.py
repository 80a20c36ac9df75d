"""Several clients at the same moment, each with a connection of its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

needs_several_connections = pytest.mark.skipif(
    connection.vendor == "sqlite" and connection.is_in_memory_db(),
    reason="SQLite in memory is one connection for all threads",
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
