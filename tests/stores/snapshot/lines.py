"""A second connection in the same thread, for transactions that overlap."""

from __future__ import annotations

from contextlib import contextmanager

from django.db import connections


class Line:
    """A connection of its own to the default database, on which a transaction can stay open."""

    def __init__(self):
        self.connection = connections["default"].copy()

    @contextmanager
    def speaking(self):
        """Inside, everything that uses the default database speaks over this connection."""
        usual = connections["default"]
        connections["default"] = self.connection
        try:
            yield
        finally:
            connections["default"] = usual

    @contextmanager
    def transaction(self):
        """Open on this connection from here to the end of the block, where it commits."""
        self.connection.set_autocommit(False)
        yield
        self.connection.commit()
        self.connection.set_autocommit(True)

    def close(self):
        self.connection.close()
