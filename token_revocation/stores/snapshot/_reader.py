"""Queries that read keys and times of revocations, in chunks."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import CharField
from django.db.models.functions import Cast

from token_revocation.models import PurgeWatermark, RevokedToken
from token_revocation.stores.snapshot._revisions import BATCH_SIZE, TABLES
from token_revocation.stores.snapshot._timestamp_map import FOREVER, short_key_from_hex, to_ticks

CHUNK_ROWS = 10_000
MAX_UNNUMBERED_ROWS = 10_000
REVISIONS_PER_CHUNK = CHUNK_ROWS // BATCH_SIZE
MAX_REVISIONS_BEHIND = 100 * REVISIONS_PER_CHUNK

# As text: creating a UUID object for each row would take most of the time.
KEY_AS_TEXT = Cast("key", CharField())

Entries = Sequence[tuple[int, int]]
"""Pairs of a short key and a time in ticks."""

Watermarks = Mapping[uuid.UUID, datetime]


class ReloadRequired(Exception):
    """The changes cannot be applied; the snapshot must be loaded again."""


def count_rows(using: str) -> int:
    """Return the number of rows with a revision in both tables."""
    return sum(table.objects.using(using).published().count() for table in TABLES)


def read_numbered(using: str, after: int, upto: int) -> Iterator[Entries]:
    """Yield rows of the revisions above ``after``, up to and including ``upto``.

    Raises :class:`ReloadRequired` for too many revisions.
    """
    if upto - after > MAX_REVISIONS_BEHIND:
        raise ReloadRequired
    for low in range(after, upto, REVISIONS_PER_CHUNK):
        high = min(low + REVISIONS_PER_CHUNK, upto)
        for table in TABLES:
            yield to_entries(_fetch(table, table.objects.using(using).numbered(low, high)))


def read_all(using: str) -> Iterator[Entries]:
    """Yield all rows with a revision, some twice; rows that get one meanwhile may be missing."""
    for table in TABLES:
        # By the index of ``revision``, as there may be many more rows of rotated refresh tokens.
        rows = table.objects.using(using).published()
        chunk = _fetch(table, rows[:CHUNK_ROWS])
        while chunk:
            yield to_entries(chunk)
            last = chunk[-1][0]
            # The chunk may end within a revision, whose rows the index does not order.
            yield to_entries(_fetch(table, rows.filter(revision=last)))
            chunk = _fetch(table, rows.filter(revision__gt=last)[:CHUNK_ROWS])


def read_watermarks(using: str) -> Watermarks:
    """Return the watermarks of all purges, by their key."""
    return dict(PurgeWatermark.objects.using(using).values_list("key", "watermark"))


def _fetch(table: Any, rows: Any) -> list[Any]:
    time_column = () if table is RevokedToken else ("not_before",)
    return list(rows.values_list("revision", KEY_AS_TEXT, *time_column))


def to_entries(rows: Iterable[Sequence[Any]]) -> Entries:
    """Return the entries of ``rows``: a revision, a key as text, and for cutoffs a time."""
    return [(short_key_from_hex(key), _ticks(*not_before)) for _, key, *not_before in rows]


def _ticks(not_before: Any = None) -> int:
    # A revoked token has no ``not_before``: it is rejected whenever it was issued.
    return FOREVER if not_before is None else to_ticks(not_before)
