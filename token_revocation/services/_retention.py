"""Purge of expired revocations and expired stored tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from django.db import connections

from token_revocation.adapters import get_adapters
from token_revocation.clock import now
from token_revocation.models import RevocationState, RevokedToken, TokenCutoff
from token_revocation.services._batches import Batch, BatchSizer, delete_in_batches, filter_batch
from token_revocation.services._expired_revocations import count_deletable, delete_groups
from token_revocation.services._purge_bounds import PurgeBounds, purge_horizon
from token_revocation.services._purge_sources import get_purge_sources
from token_revocation.services._stored_tokens import service_deletion
from token_revocation.services._transactions import database_errors
from token_revocation.stores.snapshot._revisions import last_revision

Progress = Callable[[int], object]


class BatchLimits(NamedTuple):
    """Limits of a purge; see :func:`purge`."""

    batch_size: int
    batch_seconds: float | None
    sleep: float
    max_batches: int | None


@dataclass(frozen=True, kw_only=True)
class PurgedRows:
    """The number of rows that a purge has deleted."""

    revocations: int = 0
    tokens: int | None = None
    """Expired tokens in the tables of other packages; ``None`` if no kind has such a table."""
    others: Mapping[str, int] = field(default_factory=dict)
    """Rows of each :class:`PurgeSource`, by its name."""

    @property
    def total(self) -> int:
        """All deleted rows."""
        return self.revocations + (self.tokens or 0) + sum(self.others.values())


def purge(
    *,
    batch_size: int = 5000,
    batch_seconds: float | None = None,
    sleep: float = 0.0,
    max_batches: int | None = None,
    dry_run: bool = False,
    progress: Progress = lambda deleted: None,
    using: str | None = None,
) -> int:
    """Delete revocations and stored tokens that expired before :func:`purge_horizon`.

    It deletes ended ``TokenSession`` rows too. Purges can be interrupted, and run concurrently.

    Args:
        batch_size: The maximum number of rows in a batch.
        batch_seconds: The target duration of a batch; by default 0.05, on SQLite 0.02.
        sleep: The pause between batches in seconds; on SQLite at least 0.03.
        max_batches: The number of batches after which the purge stops; by default unlimited.
        dry_run: Count the rows, and delete none.
        progress: Called after each batch with the number of rows deleted so far.

    Returns:
        The number of deleted rows; with ``dry_run``, of rows to delete.

    Raises:
        RevocationUnavailable: The database failed.
    """
    limits = BatchLimits(batch_size, batch_seconds, sleep, max_batches)
    return purge_rows(limits, dry_run=dry_run, progress=progress, using=using).total


def purge_rows(
    limits: BatchLimits, *, dry_run: bool, progress: Progress, using: str | None
) -> PurgedRows:
    """Purge as :func:`purge` does, and count revocations and stored tokens separately."""
    with database_errors(using) as alias:
        if dry_run:
            return _count(alias)
        sizer = BatchSizer(
            connections[alias],
            max_rows=limits.batch_size,
            seconds=limits.batch_seconds,
            sleep=limits.sleep,
        )
        total = _zero()
        for batch in islice(_delete_batches(alias, sizer), limits.max_batches):
            total = _add(total, batch)
            progress(total.total)
            sizer.pause()
        _record_end(alias)
        return total


def _count(using: str) -> PurgedRows:
    bounds, horizon = PurgeBounds(using), purge_horizon()
    total = _zero()
    for rows in _expired_revocations(using, horizon):
        total = _add(total, PurgedRows(revocations=count_deletable(rows, bounds)))
    for rows in _expired_tokens(horizon):
        total = _add(total, PurgedRows(tokens=rows.count()))
    others = {source.name: source.count(using) for source in get_purge_sources()}
    return _add(total, PurgedRows(others=others))


def _zero() -> PurgedRows:
    others = {source.name: 0 for source in get_purge_sources()}
    return PurgedRows(tokens=0 if _expired_tokens(now()) else None, others=others)


def _add(one: PurgedRows, other: PurgedRows) -> PurgedRows:
    tokens = [rows.tokens for rows in (one, other) if rows.tokens is not None]
    return PurgedRows(
        revocations=one.revocations + other.revocations,
        tokens=sum(tokens) if tokens else None,
        others={name: rows + other.others.get(name, 0) for name, rows in one.others.items()},
    )


def _record_end(using: str) -> None:
    last_revision(using)  # Creates the row with the current revision if there is none.
    RevocationState.objects.using(using).update(purged_at=now())


def _expired_revocations(using: str, horizon: datetime) -> list[Any]:
    models = (RevokedToken, TokenCutoff)
    return [model.objects.using(using).purgeable(horizon) for model in models]


def _expired_tokens(horizon: datetime) -> list[Any]:
    querysets = [adapter.expired_rows(horizon) for adapter in get_adapters().values()]
    return [rows for rows in querysets if rows is not None]


def _delete_batches(using: str, sizer: BatchSizer) -> Iterator[PurgedRows]:
    bounds, horizon = PurgeBounds(using), purge_horizon()
    bounds.record_settings()
    delete_revocations = partial(_delete_revocations, bounds)
    for expired in _expired_revocations(using, horizon):
        for deleted in delete_in_batches(expired, sizer, delete_revocations):
            yield PurgedRows(revocations=deleted)
    for expired in _expired_tokens(horizon):
        for deleted in delete_in_batches(expired, sizer, _delete_tokens):
            yield PurgedRows(tokens=deleted)
    for source in get_purge_sources():
        for deleted in source.delete_batches(using, sizer):
            yield PurgedRows(others={source.name: deleted})


def _delete_revocations(bounds: PurgeBounds, expired: Any, batch: Batch) -> int:
    """Delete the rows of a batch that no token needs."""
    deleted = 0
    if expired.model is RevokedToken:
        deleted = _delete(expired.filter(is_expiry_assumed=False), batch)
    if deleted < len(batch):
        deleted += delete_groups(filter_batch(expired, batch), bounds)
    return deleted


def _delete(expired: Any, batch: Batch) -> int:
    """Delete a batch in one statement, except rows that no longer match ``expired``."""
    deleted: int = filter_batch(expired, batch).delete()[0]
    return deleted


def _delete_tokens(expired: Any, batch: Batch) -> int:
    with service_deletion():  # The token had expired, so its deletion is not a revocation.
        return _delete(expired, batch)
