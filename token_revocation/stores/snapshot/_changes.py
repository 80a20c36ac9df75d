"""The changes since a revision, which one statement reads."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import CharField, F, IntegerField, Value
from django.db.models.functions import Cast, Right

from token_revocation.fields import UTCDateTimeField
from token_revocation.models import MARK_LENGTH, RevocationState, RevokedToken, TokenCutoff
from token_revocation.stores._compiled_query import CompiledQuery
from token_revocation.stores.snapshot import _reader
from token_revocation.stores.snapshot._reader import (
    KEY_AS_TEXT,
    Entries,
    ReloadRequired,
    to_entries,
)
from token_revocation.stores.snapshot._revisions import State

Row = Sequence[Any]
"""A lineage, a revision, a key as text, and a time."""

# NULL with a type, which PostgreSQL requires in each part of a UNION.
NO_LINEAGE = Cast(Value(None), CharField())
NO_TIME = Cast(Value(None), UTCDateTimeField())

# Values that occur nowhere else in the query.
AFTER_PLACEHOLDER = 1 << 40
UPTO_PLACEHOLDER = AFTER_PLACEHOLDER + 1

TIMES = ((RevokedToken, NO_TIME), (TokenCutoff, F("not_before")))


class Changes(NamedTuple):
    """The state of the tables, and the rows committed since an earlier state."""

    state: State | None
    """The state, or ``None`` before the first use of the tables."""
    unnumbered: Entries
    """All rows without a revision."""
    numbered: Entries
    """The rows of the first revisions after the earlier state, up to :attr:`upto`."""
    upto: int


def read_changes(using: str, after: int) -> Changes:
    """Read the changes after revision ``after`` with one statement.

    Raises :class:`ReloadRequired` if too many rows have no revision.
    """
    upto = after + _reader.REVISIONS_PER_CHUNK
    # A statement reads one state of the database, in which each row has no revision, or one up to
    # that of the state. READ UNCOMMITTED of MariaDB may read one part after the other, but misses
    # no row that gets its revision meanwhile, as rows without a revision are read first.
    # https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED
    # https://dev.mysql.com/doc/refman/8.4/en/innodb-consistent-read.html
    # https://sqlite.org/isolation.html
    query = _compile(using, _reader.MAX_UNNUMBERED_ROWS + 1)
    found = query.fetch_all([after, upto], connections[using])
    rows = [row for lineage, *row in found if lineage is None]
    unnumbered = [row for row in rows if row[0] is None]
    if len(unnumbered) > _reader.MAX_UNNUMBERED_ROWS:
        raise ReloadRequired
    numbered = [row for row in rows if row[0] is not None]
    return Changes(_find_state(found), to_entries(unnumbered), to_entries(numbered), upto)


def _find_state(rows: Iterable[Row]) -> State | None:
    found = (row for row in rows if row[0] is not None)
    return next((State(row[1], uuid.UUID(row[2]), row[0]) for row in found), None)


@lru_cache(maxsize=100)
def _compile(using: str, limit: int) -> CompiledQuery:
    revision = RevocationState._meta.get_field("revision")
    parts = [*_unnumbered(limit), _state(), *_numbered()]
    compilers = [part.query.get_compiler(using=using) for part in parts]
    placeholders = [(revision, AFTER_PLACEHOLDER), (revision, UPTO_PLACEHOLDER)]
    return CompiledQuery.compile_union(compilers, placeholders)


def _unnumbered(limit: int) -> Iterator[Any]:
    for table, time in TIMES:
        rows = table.objects.unnumbered()[:limit]
        yield rows.values_list(NO_LINEAGE, "revision", KEY_AS_TEXT, time)


def _state() -> Any:
    # As many marks as State.follows() compares: usually one.
    marks = Cast(F("revision") - AFTER_PLACEHOLDER + 1, IntegerField())
    lineage = Cast(Right("lineage", marks * MARK_LENGTH), CharField())
    identity = Cast("identity", CharField())
    return RevocationState.objects.filter(pk=1).values_list(lineage, "revision", identity, NO_TIME)


def _numbered() -> Iterator[Any]:
    for table, time in TIMES:
        rows = table.objects.numbered(AFTER_PLACEHOLDER, UPTO_PLACEHOLDER)
        yield rows.values_list(NO_LINEAGE, "revision", KEY_AS_TEXT, time)
