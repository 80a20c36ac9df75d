"""How many rows there are, without reading a huge table for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.db.models import Min

from token_revocation.models import Bookkeeping, RevokedToken, TokenCutoff
from token_revocation.services.purging import purge_horizon

COUNTED = 100_000
"""Up to so many rows are counted; above, a server estimates, or it is said that there are more."""

ESTIMATES = {
    "postgresql": "SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)",
    "mysql": "SELECT table_rows FROM information_schema.tables"
    " WHERE table_schema = DATABASE() AND table_name = %s",
}


@dataclass(frozen=True, kw_only=True)
class Count:
    """A number of rows. ``precision`` is empty if it is exact, else "about" or "at least"."""

    rows: int
    precision: str = ""

    def __str__(self) -> str:
        return f"{self.precision} {self.rows:,}".strip()


@dataclass(frozen=True, kw_only=True)
class Tables:
    """What is in the two tables of one database.

    ``expired`` rows could be purged, the oldest for ``overdue``; ``unending`` ones never can.
    """

    revoked_tokens: Count
    cutoffs: Count
    expired: Count
    overdue: timedelta
    unending: Count
    purged_at: datetime | None


def count_tables(using: str) -> Tables:
    """Count what is in the database ``using``: eight short queries, however much there is."""
    horizon = purge_horizon()
    both = [table.objects.using(using) for table in (RevokedToken, TokenCutoff)]
    expired = [rows.purgeable(horizon) for rows in both]
    oldest = [rows.aggregate(oldest=Min("expires_at"))["oldest"] for rows in both]
    return Tables(
        revoked_tokens=_size(both[0]),
        cutoffs=_size(both[1]),
        expired=_total(expired),
        overdue=max([timedelta(0), *(horizon - moment for moment in oldest if moment)]),
        unending=_total([rows.filter(expires_at__isnull=True) for rows in both]),
        purged_at=Bookkeeping.objects.using(using).values_list("purged_at", flat=True).first(),
    )


def _size(rows: Any) -> Count:
    counted = rows[:COUNTED].count()
    if counted < COUNTED:
        return Count(rows=counted)
    connection = connections[rows.db]
    if connection.vendor not in ESTIMATES:
        return Count(rows=rows.count())
    with connection.cursor() as cursor:
        cursor.execute(ESTIMATES[connection.vendor], [rows.model._meta.db_table])
        # It is -1 before the first ANALYZE.
        return Count(rows=max(int(cursor.fetchone()[0]), counted), precision="about")


def _total(parts: list[Any]) -> Count:
    counts = [rows.order_by()[:COUNTED].count() for rows in parts]
    return Count(rows=sum(counts), precision="at least" if max(counts) == COUNTED else "")
