"""Purge of the rows of sessions, ``SESSION_RETENTION`` after their end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from token_revocation._rows import make_storable
from token_revocation.clock import now
from token_revocation.conf import settings
from token_revocation.models import RevocationState, TokenCutoff
from token_revocation.services._batches import (
    BatchSizer,
    batched,
    delete_in_batches,
    filter_batch,
)
from token_revocation.services._purge_bounds import purge_horizon
from token_revocation.services._purge_sources import PurgeSource
from token_revocation.services._transactions import atomic_write
from token_revocation.sessions._end_records import BATCH_ROWS, iterate_batches, record_cutoff
from token_revocation.sessions._idle import end_idle_sessions
from token_revocation.sessions.models import TokenSession, UserAgent

MARGIN = timedelta(days=1)
"""Cutoffs this much older than the last purge are applied again, in case it was interrupted."""


def get_source() -> PurgeSource:
    """Return the table of sessions for purges."""
    return PurgeSource(
        name="sessions", model=TokenSession, count=count_expired, delete_batches=delete_batches
    )


def count_expired(using: str) -> int:
    """Return the number of rows that a purge would delete."""
    horizon = _horizon()
    return int(_rows_to_read(using, horizon).filter(_has_ended(horizon)).count())


def delete_batches(using: str, sizer: BatchSizer) -> Iterator[int]:
    """Delete the rows whose end is long enough ago, and unused user agents.

    Ends by cutoffs of a client or of everyone are recorded first, and idle sessions are ended.
    """
    _record_ends(using, sizer)
    end_idle_sessions(using, sizer)
    total = 0
    for deleted in _delete_sessions(using, sizer):
        total += deleted
        yield deleted
    if total:
        yield from _delete_user_agents(using, sizer)


def delete_sessions_of_users(user_ids: Sequence[Any]) -> None:
    """Delete the sessions of deleted users."""
    with atomic_write(None) as alias:
        for batch in batched(user_ids, BATCH_ROWS):
            users = [make_storable(str(pk)) for pk in batch]
            TokenSession.objects.using(alias).filter(user_ref__in=users).delete()


def _horizon() -> datetime:
    return purge_horizon() - settings.SESSION_RETENTION


def _has_ended(horizon: datetime) -> Q:
    return Q(ended_at__lt=horizon) | Q(expires_at__lt=horizon)


def _rows_to_read(using: str, horizon: datetime) -> Any:
    return TokenSession.objects.using(using).filter(purge_after__lt=horizon)


def _delete_sessions(using: str, sizer: BatchSizer) -> Iterator[int]:
    horizon = _horizon()
    rows = _rows_to_read(using, horizon)
    # In the order of the index. Each row that was read is deleted, or leaves its range.
    keys = rows.order_by("purge_after").values_list("pk", flat=True)
    while batch := list(keys[: min(sizer.size, BATCH_ROWS)]):
        with sizer.measure(len(batch)):
            read = rows.filter(pk__in=batch)
            deleted: int = read.filter(_has_ended(horizon)).delete()[0]
            # Such as a session that was refreshed: its row was updated without the index.
            read.update(purge_after=Coalesce(F("ended_at"), F("expires_at")))
        yield deleted


def _delete_user_agents(using: str, sizer: BatchSizer) -> Iterator[int]:
    """Delete the user agents of no session, and yield zeros, as they are no sessions."""
    used = TokenSession.objects.using(using).filter(user_agent__isnull=False)
    unused = UserAgent.objects.using(using).exclude(pk__in=used.values("user_agent"))
    for _ in delete_in_batches(unused, sizer, _delete):
        yield 0


def _delete(rows: Any, batch: Sequence[Any]) -> int:
    return int(filter_batch(rows, batch).delete()[0])


def _record_ends(using: str, sizer: BatchSizer) -> None:
    """Record the ends of sessions by new cutoffs of a client or of everyone."""
    cutoffs = _read_cutoffs(using)
    if not cutoffs:
        return
    rows = TokenSession.objects.using(using).open(now())
    rows = rows.filter(created_at__lte=max(cutoff.not_before for cutoff in cutoffs))
    if all(cutoff.subject_type == "client" for cutoff in cutoffs):
        rows = rows.exclude(client_id="")
    for batch in iterate_batches(rows):
        for cutoff in cutoffs:
            affected = [row for row in batch if cutoff.key in row.ref.cutoff_keys]
            record_cutoff(affected, cutoff, using, is_announced=False)
        sizer.pause()


def _read_cutoffs(using: str) -> list[TokenCutoff]:
    """Return the cutoffs of clients and of everyone since the last purge, oldest first."""
    cutoffs = TokenCutoff.objects.using(using).filter(subject_type__in=("client", "everyone"))
    purged_at = RevocationState.objects.using(using).values_list("purged_at", flat=True).first()
    if purged_at is not None:
        cutoffs = cutoffs.filter(revoked_at__gte=purged_at - MARGIN)
    return list(cutoffs.order_by("not_before"))
