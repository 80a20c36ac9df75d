"""A second connection in the same thread, for overlapping transactions."""

from __future__ import annotations

from contextlib import contextmanager

from django.db import connections


class SecondConnection:
    """Another connection to the default database, for a transaction that stays open."""

    def __init__(self):
        self.connection = connections["default"].copy()

    @contextmanager
    def in_use(self):
        """Use this connection for the default database during the block."""
        original = connections["default"]
        connections["default"] = self.connection
        try:
            yield
        finally:
            connections["default"] = original

    @contextmanager
    def transaction(self):
        """Keep a transaction open on this connection; commit at the end of the block."""
        self.connection.set_autocommit(False)
        yield
        self.connection.commit()
        self.connection.set_autocommit(True)

    def close(self):
        self.connection.close()
