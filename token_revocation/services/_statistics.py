"""Row counts of the two tables, without a full scan of a huge table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.db.models import Min

from token_revocation.models import RevocationState, RevokedToken, TokenCutoff
from token_revocation.services._purge_bounds import purge_horizon
from token_revocation.services._purge_sources import get_purge_sources

# Larger numbers of rows are estimated by the server, or reported as "at least".
MAX_COUNTED_ROWS = 100_000

ESTIMATES = {
    "postgresql": "SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)",
    "mysql": "SELECT table_rows FROM information_schema.tables"
    " WHERE table_schema = DATABASE() AND table_name = %s",
}


@dataclass(frozen=True, kw_only=True)
class Count:
    """A number of rows."""

    rows: int
    precision: str = ""
    """Empty if the number is exact, else "about" or "at least"."""

    def __str__(self) -> str:
        return f"{self.precision} {self.rows:,}".strip()


@dataclass(frozen=True, kw_only=True)
class Tables:
    """Row counts of the two tables in one database."""

    revoked_tokens: Count
    cutoffs: Count
    expired: Count
    """Rows that a purge could delete."""
    overdue: timedelta
    """The time since the oldest of them could have been deleted."""
    unending: Count
    """Rows that never expire."""
    purged_at: datetime | None
    """The end of the last purge (UTC)."""
    others: Mapping[str, Count] = field(default_factory=dict)
    """The rows of each :class:`PurgeSource`, by its name."""


def count_tables(using: str) -> Tables:
    """Count the rows in the database ``using``, with some short queries."""
    horizon = purge_horizon()
    tables = [model.objects.using(using) for model in (RevokedToken, TokenCutoff)]
    expired = [rows.purgeable(horizon) for rows in tables]
    oldest = [rows.aggregate(oldest=Min("expires_at"))["oldest"] for rows in tables]
    return Tables(
        revoked_tokens=_count_table(tables[0]),
        cutoffs=_count_table(tables[1]),
        expired=_count_limited(expired),
        overdue=max([timedelta(0), *(horizon - expiry for expiry in oldest if expiry)]),
        unending=_count_limited([rows.filter(expires_at__isnull=True) for rows in tables]),
        purged_at=RevocationState.objects.using(using).values_list("purged_at", flat=True).first(),
        others={s.name: _count_table(s.model.objects.using(using)) for s in get_purge_sources()},
    )


def _count_table(rows: Any) -> Count:
    counted = rows[:MAX_COUNTED_ROWS].count()
    if counted < MAX_COUNTED_ROWS:
        return Count(rows=counted)
    connection = connections[rows.db]
    if connection.vendor not in ESTIMATES:
        return Count(rows=rows.count())
    with connection.cursor() as cursor:
        cursor.execute(ESTIMATES[connection.vendor], [rows.model._meta.db_table])
        # PostgreSQL returns -1 before the first ANALYZE.
        return Count(rows=max(int(cursor.fetchone()[0]), counted), precision="about")


def _count_limited(querysets: list[Any]) -> Count:
    counts = [rows.order_by()[:MAX_COUNTED_ROWS].count() for rows in querysets]
    is_limited = max(counts) == MAX_COUNTED_ROWS
    return Count(rows=sum(counts), precision="at least" if is_limited else "")
