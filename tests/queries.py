"""The database queries that a call executes."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

TRANSACTION_CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def capture_queries(call):
    """Return the SQL that ``call()`` executes, without transaction control."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return [q["sql"] for q in captured if not q["sql"].startswith(TRANSACTION_CONTROL)]


def statement_prefixes(queries):
    """Return the distinct beginnings of ``queries``, to compare statements without values."""
    return {sql[:60] for sql in queries}


def count_queries(call):
    """Return how many queries ``call()`` executes, apart from inserts."""
    # SQLite limits the rows of one INSERT, so their number depends on the database.
    return len([sql for sql in capture_queries(call) if not sql.startswith("INSERT")])
