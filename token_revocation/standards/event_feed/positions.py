"""Read the two tables of facts as one list of events, in the order in which they became visible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import Q

from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.stores.snapshot.numbering import BATCH, number

TABLES: tuple[Any, ...] = (RevokedToken, TokenCutoff)


@dataclass(frozen=True, order=True)
class Position:
    """Where in the list an event stands."""

    revision: int
    table: int
    row: int

    @property
    def jti(self) -> str:
        """The name of the event: the same however often it is delivered."""
        return f"{self.revision}.{self.table}.{self.row}"


Event = tuple[Position, Any]


def events_after(position: Position, limit: int, using: str) -> list[Event]:
    """At most ``limit`` events after ``position``; none that was committed before is missing.

    Rows get a revision after their commit (:mod:`token_revocation.stores.snapshot.numbering`), so
    those that have none get one first; what another process is numbering now comes next time.
    """
    while (number(using) or 0) >= BATCH:
        continue
    found = [_rows_after(position, index, limit, using) for index in range(len(TABLES))]
    return list(islice(merge(*found, key=lambda event: event[0]), limit))


def _rows_after(position: Position, index: int, limit: int, using: str) -> Iterator[Event]:
    here = Q(revision=position.revision)
    if index == position.table:
        here &= Q(pk__gt=position.row)
    later = Q(revision__gt=position.revision)
    rows = TABLES[index].objects.using(using)
    rows = rows.filter(later | here if index >= position.table else later)
    for row in rows.order_by("revision", "pk")[:limit]:
        yield Position(row.revision, index, row.pk), row
