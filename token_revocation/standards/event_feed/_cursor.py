"""Revocations and cutoffs as one list of events, in the order they became visible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import Q

from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.standards._replay import KIND
from token_revocation.stores.snapshot._revisions import BATCH_SIZE, assign_revision

TABLES: tuple[Any, ...] = (RevokedToken, TokenCutoff)


@dataclass(frozen=True, order=True)
class Position:
    """The position of an event in the list."""

    revision: int
    table: int
    row: int

    @property
    def jti(self) -> str:
        """The ``jti`` of the event, which is the same at each delivery."""
        return f"{self.revision}.{self.table}.{self.row}"


Event = tuple[Position, Any]


def events_after(position: Position, limit: int, using: str) -> list[Event]:
    """Return at most ``limit`` events after ``position``, in order and without gaps."""
    # Rows get their revision after the commit, so number the new ones first. Those that another
    # process is numbering right now come with the next poll.
    while (assign_revision(using) or 0) >= BATCH_SIZE:
        continue
    events = [_rows_after(position, index, limit, using) for index in range(len(TABLES))]
    return list(islice(merge(*events, key=lambda event: event[0]), limit))


def _rows_after(position: Position, index: int, limit: int, using: str) -> Iterator[Event]:
    same_revision = Q(revision=position.revision)
    if index == position.table:
        same_revision &= Q(pk__gt=position.row)
    later = Q(revision__gt=position.revision)
    rows = TABLES[index].objects.using(using)
    rows = rows.filter(later | same_revision if index >= position.table else later)
    if TABLES[index] is RevokedToken:
        # Records of replay protection are not revocations, and a rotated token is no event.
        rows = rows.exclude(kind=KIND).exclude(reason=Reason.ROTATED)
    for row in rows.order_by("revision", "pk")[:limit]:
        yield Position(row.revision, index, row.pk), row
