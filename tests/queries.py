"""The queries that something makes."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

TRANSACTION_CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def queries_of(verb):
    """Those of ``verb``, without transaction control."""
    with CaptureQueriesContext(connection) as captured:
        verb()
    return [q["sql"] for q in captured if not q["sql"].startswith(TRANSACTION_CONTROL)]


def shapes(queries):
    """Their beginnings, by which those of one statement are alike."""
    return {sql[:60] for sql in queries}


def cost(verb):
    """How many they are, but for the inserts: SQLite takes only so many rows in one."""
    return len([sql for sql in queries_of(verb) if not sql.startswith("INSERT")])
