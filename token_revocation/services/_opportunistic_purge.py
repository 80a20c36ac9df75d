"""Purge of a few expired rows after each revocation, instead of a scheduled purge."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.db import connections, transaction

from token_revocation.clock import monotonic
from token_revocation.conf import settings
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services._expired_revocations import delete_expired_rows
from token_revocation.services._purge_bounds import PurgeBounds, purge_horizon
from token_revocation.services._transactions import database_errors

# If the queries of PurgeBounds on huge tables take longer than this, cutoffs are not purged for
# PAUSE_FACTOR times that duration, so that requests need not wait for them.
SLOW_QUERY_SECONDS = 0.5
PAUSE_FACTOR = 200

# One revocation answers a request, so it deletes at most this number of rows of each table.
MAX_ROWS = 1000

_resume_at = float("-inf")


def schedule_purge(stored_rows: int, using: str) -> None:
    """On commit, delete ``PURGE_ON_REVOKE`` expired rows for each of ``stored_rows``.

    A failure is logged, and the next revocation tries again.
    """
    limit = min(stored_rows * settings.PURGE_ON_REVOKE, MAX_ROWS)
    if limit:
        transaction.on_commit(lambda: _purge(limit, using), using=using, robust=True)


def _purge(limit: int, using: str) -> None:
    global _resume_at
    tables: list[Any] = [RevokedToken, TokenCutoff] if monotonic() >= _resume_at else [RevokedToken]
    # database_errors() has logged the error.
    with suppress(RevocationUnavailable), database_errors(using):
        bounds = PurgeBounds(using)
        for table in tables:
            _delete_oldest(table.objects.using(using).purgeable(purge_horizon()), limit, bounds)
        if bounds.query_seconds > SLOW_QUERY_SECONDS:
            _resume_at = monotonic() + PAUSE_FACTOR * bounds.query_seconds


def _delete_oldest(expired: Any, limit: int, bounds: PurgeBounds) -> None:
    """Delete the oldest rows that no token needs, and skip rows that are locked."""
    skip_locked = connections[expired.db].features.has_select_for_update_skip_locked
    with transaction.atomic(using=expired.db):
        oldest = expired.select_for_update(skip_locked=skip_locked).values_list("pk", flat=True)
        pks = list(oldest[:limit])
        if pks:
            delete_expired_rows(expired.order_by().filter(pk__in=pks), bounds)
