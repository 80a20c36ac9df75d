"""Two ways to find new rows in the order of their commits, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.rows import in_batches, revoked
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.stores.snapshot._changes import read_changes
from token_revocation.stores.snapshot._reader import MAX_UNNUMBERED_ROWS, to_entries
from token_revocation.stores.snapshot._revisions import (
    BATCH_SIZE,
    assign_revision,
    current_state,
)

TABLES = (RevokedToken._meta.db_table, TokenCutoff._meta.db_table)
COLUMNS = [f for f in RevokedToken._meta.concrete_fields if f.name not in {"id", "revision"}]
NAMES = ", ".join(field.column for field in COLUMNS)

SCRATCH_TABLE = """
CREATE TABLE xid8_{0} (LIKE {0} INCLUDING ALL);
ALTER TABLE xid8_{0} DROP COLUMN revision;
ALTER TABLE xid8_{0} ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX ON xid8_{0} (xid);
"""

# The state, and all rows of transactions that had not finished at the last look. Every row of an
# earlier transaction was visible then. Transactions are numbered when they first write.
# https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
LOOK = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text, identity::text || right(lineage, 8),
    NULL::timestamptz FROM token_revocation_revocationstate
UNION ALL SELECT * FROM (
    SELECT NULL, key::text, NULL::timestamptz FROM xid8_{0}
    WHERE xid >= %s::xid8 ORDER BY xid LIMIT {limit}) part
UNION ALL SELECT * FROM (
    SELECT NULL, key::text, not_before FROM xid8_{1}
    WHERE xid >= %s::xid8 ORDER BY xid LIMIT {limit}) part
""".format(*TABLES, limit=MAX_UNNUMBERED_ROWS + 1)  # noqa: S608


class Design:
    """A table of revoked tokens, whose new rows can be found."""

    table = ""

    def insert(self, rows: Sequence[Sequence[Any]]) -> None:
        """Insert ``rows``, each in its own transaction, as revocations do."""
        marks = ", ".join(["%s"] * len(COLUMNS))
        for row in rows:
            execute(f"INSERT INTO {self.table} ({NAMES}) VALUES ({marks})", row)  # noqa: S608

    def size(self) -> int:
        """Return the bytes of the table with its indexes."""
        ((size,),) = execute("SELECT pg_total_relation_size(%s)", [self.table])
        return int(size)


class Revision(Design):
    """The tables as they are: a row gets its revision after its commit."""

    table = TABLES[0]

    def __init__(self) -> None:
        self._revision = current_state("default").revision

    def number(self) -> None:
        assign_revision("default")

    def look(self) -> int:
        """Look once, as a refresh of a snapshot does; return the number of rows read."""
        changes = read_changes("default", self._revision)
        if changes.state is not None:
            self._revision = changes.state.revision
        return len(changes.unnumbered) + len(changes.numbered)


class Xid8(Design):
    """Copies of the tables, where a row has the number of its transaction."""

    table = f"xid8_{TABLES[0]}"

    def __init__(self) -> None:
        self._xmin = "0"
        self.look()

    def number(self) -> None:
        """Do nothing: the row has its number."""

    def look(self) -> int:
        """Look once; return the number of rows read."""
        (self._xmin, *_), *rows = execute(LOOK, [self._xmin] * 2)
        return len(to_entries(rows))


def fill(rows: int) -> None:
    """Insert ``rows`` revoked tokens with a number into the tables of both designs."""
    in_batches(RevokedToken, (numbered(number) for number in range(rows)))
    for table in TABLES:
        execute(SCRATCH_TABLE.format(table))
    source = f"SELECT {NAMES} FROM {Revision.table}"  # noqa: S608
    execute(f"INSERT INTO {Xid8.table} ({NAMES}) {source}")
    for table in (Revision.table, Xid8.table):
        execute(f"VACUUM ANALYZE {table}")


def numbered(number: int) -> RevokedToken:
    row = revoked(number, timezone.now())
    row.revision = 1 + number // BATCH_SIZE
    return row


def new_rows(count: int) -> list[list[Any]]:
    """Return the columns of ``count`` new rows."""
    rows = (revoked(number, timezone.now()) for number in range(count))
    return [[f.get_db_prep_save(f.pre_save(r, True), connection) for f in COLUMNS] for r in rows]


def execute(sql: str, params: Sequence[Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall()) if cursor.description else []
