"""Revisions: increasing numbers of rows, assigned in the order of visibility.

A reader cannot tell new rows by their ids, as transactions commit in another order than they
insert. So rows are inserted without a revision and get one later, in a transaction that locks
the row of :class:`~token_revocation.models.RevocationState` until its commit. Revisions therefore
become visible in increasing order. A reader that has all rows up to one revision needs only the
rows with a higher one, and those without any.
"""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from django.db import connections, transaction
from django.db.models import F, Max

from token_revocation.models import (
    MARK_LENGTH,
    RevocationState,
    RevokedToken,
    TokenCutoff,
    new_mark,
)

TABLES: tuple[Any, ...] = (RevokedToken, TokenCutoff)

BATCH_SIZE = 900
"""Rows of one table per revision. Every database accepts that many parameters."""

MAX_LINEAGE_MARKS = 200
"""Revisions whose marks are stored. A reader that is further behind loads everything."""


class State(NamedTuple):
    """The last assigned revision, and the history that it belongs to."""

    revision: int
    identity: uuid.UUID
    lineage: str

    def follows(self, earlier: State) -> bool:
        """Return whether ``earlier`` has the same history: no backup was restored since."""
        end = len(self.lineage) - MARK_LENGTH * (self.revision - earlier.revision)
        if self.identity != earlier.identity or not 0 < end <= len(self.lineage):
            return False
        return self.lineage[:end].endswith(earlier.lineage[-MARK_LENGTH:])


def current_state(using: str) -> State:
    """Return the state of the tables; create its row on first use."""
    found = find_state(using)
    if found is not None:
        return found
    row, _ = _state_rows(using).get_or_create(pk=1, defaults={"revision": _max_revision(using)})
    return State(row.revision, row.identity, row.lineage)


def find_state(using: str) -> State | None:
    """Return the state of the tables, or ``None`` before the first use."""
    row = _state_rows(using).values_list("revision", "identity", "lineage").first()
    return None if row is None else State(*row)


def last_revision(using: str) -> int:
    """Return the last assigned revision."""
    return current_state(using).revision


def begin_revision(using: str) -> int:
    """Return a new revision; it blocks others until the caller's transaction ends."""
    while not _state_rows(using).update(revision=F("revision") + 1):
        current_state(using)  # Creates the row.
    state = current_state(using)
    lineage = state.lineage[-MARK_LENGTH * (MAX_LINEAGE_MARKS - 1) :] + new_mark()
    _state_rows(using).update(lineage=lineage)
    return state.revision


def assign_revision(using: str) -> int | None:
    """Assign one revision to up to :data:`BATCH_SIZE` rows of each table.

    Returns the larger number of rows; ``None`` if another process is assigning one.
    """
    current_state(using)
    with transaction.atomic(using=using):
        if not _try_lock(using):
            return None
        revision = begin_revision(using)
        return max(_assign(revision, table, using) for table in TABLES)


def _state_rows(using: str) -> Any:
    return RevocationState.objects.using(using)


def _max_revision(using: str) -> int:
    found = (_rows(table, using).aggregate(last=Max("revision"))["last"] for table in TABLES)
    return max(0, *(revision or 0 for revision in found))


def _rows(table: Any, using: str) -> Any:
    return table.objects.using(using)


def _try_lock(using: str) -> bool:
    """Lock the state row without waiting, where the database supports it."""
    if not connections[using].features.has_select_for_update_skip_locked:
        return True  # The update that follows waits.
    return _state_rows(using).select_for_update(skip_locked=True).first() is not None


def _assign(revision: int, table: Any, using: str) -> int:
    # Update by primary key: on MySQL and MariaDB, an update that searches for the rows waits for
    # every open transaction that has inserted one.
    # https://dev.mysql.com/doc/refman/8.4/en/innodb-locks-set.html
    pks = list(_rows(table, using).unnumbered().values_list("pk", flat=True)[:BATCH_SIZE])
    _rows(table, using).filter(pk__in=pks).update(revision=revision)
    return len(pks)
