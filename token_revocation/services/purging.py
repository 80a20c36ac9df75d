"""Delete revocations that no token needs any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connections

from token_revocation.adapters import get_adapters
from token_revocation.clock import now
from token_revocation.conf import settings
from token_revocation.models import Bookkeeping, RevokedToken, TokenCutoff
from token_revocation.services.pacing import Pace
from token_revocation.services.transactions import reading
from token_revocation.stores.snapshot.numbering import last_revision


def purge_horizon() -> datetime:
    """Rows that expire before this moment may go.

    Now, less ``PURGE_GRACE`` and the longest leeway of a validator: a revocation purged before
    the last host stops accepting its token would bring that token back.
    """
    leeways = [adapter.leeway for adapter in get_adapters().values()]
    return now() - settings.PURGE_GRACE - max(leeways, default=timedelta(0))


def purge(
    *,
    batch_size: int = 5000,
    batch_seconds: float | None = None,
    sleep: float = 0.0,
    max_batches: int | None = None,
    dry_run: bool = False,
    progress: Callable[[int], object] = lambda purged: None,
    using: str | None = None,
) -> int:
    """Delete what expired before :func:`purge_horizon`; the number of rows deleted.

    Each batch is one short statement of its own, in the order of the ids: of as many rows as can be
    deleted in ``batch_seconds`` (0.05; 0.02 on SQLite, where who writes waits for it), and at most
    ``batch_size``. It rests for ``sleep`` seconds between, and on SQLite long enough for who waits
    to write. So it can be interrupted anywhere and run twice side by side. ``progress`` hears the
    total after each, ``Bookkeeping`` remembers the end. With ``dry_run`` rows are only counted.
    """
    horizon = purge_horizon()
    with reading(using) as alias:
        if dry_run:
            return sum(rows.count() for rows in _expired(alias, horizon))
        pace = Pace(connections[alias], most=batch_size, seconds=batch_seconds, sleep=sleep)
        total = 0
        for deleted in islice(_batches(alias, horizon, pace), max_batches):
            total += deleted
            progress(total)
            pace.rest()
        _remember_end(alias)
        return total


def _remember_end(using: str) -> None:
    last_revision(using)  # Makes the row, with the revision that it must have.
    Bookkeeping.objects.using(using).update(purged_at=now())


def _expired(using: str, horizon: datetime) -> list[Any]:
    tables = (RevokedToken, TokenCutoff)
    return [table.objects.using(using).purgeable(horizon) for table in tables]


def _batches(using: str, horizon: datetime, pace: Pace) -> Iterator[int]:
    for expired in _expired(using, horizon):
        batch = _read(expired, pace.size)
        while batch:
            with pace.batch(len(batch)):
                deleted = _delete(expired, batch)
            yield deleted
            # By primary key, so that no scan passes over the rows deleted before it once more.
            batch = _read(expired.filter(pk__gt=batch[-1]), pace.size)


def _read(expired: Any, size: int) -> Sequence[int]:
    return list(expired.order_by("pk").values_list("pk", flat=True)[:size])


def _delete(expired: Any, batch: Sequence[int]) -> int:
    """Delete a range in one statement, but not a row whose expiry has moved meanwhile."""
    rows = expired.order_by().filter(pk__gte=batch[0], pk__lte=batch[-1])
    deleted: int = rows.delete()[0]
    return deleted
