"""Give revisions to rows that have none, in the order in which they become visible.

Rows commit in another order than that of their ids, so no id says what a reader has seen. A row
is committed without a revision. Later one is given to it, under the lock of the one row of
:class:`~token_revocation.models.Bookkeeping`, which is held until the commit: revisions become
visible in their order. Whoever has read everything up to one revision misses nothing by asking
for rows above it, and for those without any.
"""

from __future__ import annotations

from typing import Any

from django.db import connections, transaction
from django.db.models import F, Max

from token_revocation.models import Bookkeeping, RevokedToken, TokenCutoff

TABLES: tuple[Any, ...] = (RevokedToken, TokenCutoff)

BATCH = 900
"""How many rows of a table get one revision; every database takes as many parameters."""


def last_revision(using: str) -> int:
    """The last revision that was given. The row that remembers it is made on first use."""
    known = _bookkeeping(using).values_list("revision", flat=True).first()
    if known is not None:
        return int(known)
    row, _ = _bookkeeping(using).get_or_create(pk=1, defaults={"revision": _highest(using)})
    return int(row.revision)


def number(using: str) -> int | None:
    """Give one revision to at most :data:`BATCH` rows of each table, in a short transaction.

    The most that were found in one table; ``None`` if somebody else is at it.
    """
    last_revision(using)
    with transaction.atomic(using=using):
        if not _lock(using):
            return None
        _bookkeeping(using).update(revision=F("revision") + 1)
        revision = last_revision(using)
        return max(_give(revision, table, using) for table in TABLES)


def _bookkeeping(using: str) -> Any:
    return Bookkeeping.objects.using(using)


def _highest(using: str) -> int:
    numbers = (_rows(table, using).aggregate(last=Max("revision"))["last"] for table in TABLES)
    return max(number or 0 for number in numbers)


def _rows(table: Any, using: str) -> Any:
    return table.objects.using(using)


def _lock(using: str) -> bool:
    """Whether the row is ours now. Nobody waits for it, where the database lets us ask."""
    if not connections[using].features.has_select_for_update_skip_locked:
        return True  # The update that follows waits.
    return _bookkeeping(using).select_for_update(skip_locked=True).first() is not None


def _give(revision: int, table: Any, using: str) -> int:
    # By primary key: an update that looks for the rows itself waits on MySQL and MariaDB for
    # every transaction that has inserted one and is not over.
    rows = _rows(table, using).unnumbered()
    pks = list(rows.values_list("pk", flat=True)[:BATCH])
    _rows(table, using).filter(pk__in=pks).update(revision=revision)
    return len(pks)
