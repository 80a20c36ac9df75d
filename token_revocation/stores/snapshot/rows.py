"""Read revocations as a snapshot needs them: keys and moments, in chunks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import CharField
from django.db.models.functions import Cast

from token_revocation.models import RevokedToken
from token_revocation.stores.snapshot.moments import FOREVER, short_of_text, ticks
from token_revocation.stores.snapshot.numbering import BATCH, TABLES

CHUNK = 10_000
MOST_UNNUMBERED = 10_000
REVISIONS = CHUNK // BATCH
MOST_REVISIONS = 100 * REVISIONS

# As text, because a driver that makes a UUID of each takes most of the time.
KEY = Cast("key", CharField())

Entries = Sequence[tuple[int, int]]


class Behind(Exception):
    """Too much has happened to be read as changes: everything must be loaded."""


def count(using: str) -> int:
    """How many rows there are."""
    return sum(table.objects.using(using).count() for table in TABLES)


def unnumbered(using: str) -> list[tuple[int, int]]:
    """What is committed and has no revision yet. Raises :class:`Behind` if that is very much."""
    found: list[tuple[int, int]] = []
    for table in TABLES:
        rows = _read(table, table.objects.using(using).unnumbered()[: MOST_UNNUMBERED + 1])
        if len(rows) > MOST_UNNUMBERED:
            raise Behind
        found += _entries(rows)
    return found


def numbered(using: str, after: int, upto: int) -> Iterator[Entries]:
    """What has a revision above ``after``, ``upto`` included; :class:`Behind` as above."""
    if upto - after > MOST_REVISIONS:
        raise Behind
    for low in range(after, upto, REVISIONS):
        high = min(low + REVISIONS, upto)
        for table in TABLES:
            yield _entries(_read(table, table.objects.using(using).numbered(low, high)))


def everything(using: str) -> Iterator[Entries]:
    """All that is committed, by primary key; what is committed meanwhile may be missing."""
    for table in TABLES:
        rows = table.objects.using(using).order_by("pk")
        chunk = _read(table, rows[:CHUNK])
        while chunk:
            yield _entries(chunk)
            chunk = _read(table, rows.filter(pk__gt=chunk[-1][0])[:CHUNK])


def _read(table: Any, rows: Any) -> list[Any]:
    moment = () if table is RevokedToken else ("not_before",)
    return list(rows.values_list("pk", KEY, *moment))


def _entries(rows: Iterable[tuple[Any, ...]]) -> Entries:
    return [(short_of_text(key), _ticks(*moment)) for _, key, *moment in rows]


def _ticks(moment: Any = None) -> int:
    """A token is refused for ever, a subject up to a moment."""
    return FOREVER if moment is None else ticks(moment)
