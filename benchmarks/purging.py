"""Purging, and who inserts beside it: ``python -m benchmarks --parts purge --databases postgres``."""

from __future__ import annotations

import resource
import time
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.beside import inserting, waited
from benchmarks.rows import analyze
from token_revocation import services
from token_revocation.models import RevokedToken

ALONE = 8.0
"""Seconds of inserting without anything beside it."""


def measure(options: Namespace) -> dict[str, Any]:
    """Delete half of so many rows: as ours does, and as one queryset with a cascade does."""
    found: dict[str, Any] = {"rows": options.purge_rows}
    fill(options.purge_rows)
    found["alone"] = waited(inserts_beside(lambda: time.sleep(ALONE)))
    found["ours"], found["beside"] = watched(services.purge)
    if find_spec("rest_framework_simplejwt") and connection.vendor == "postgresql":
        fill_cascading(options.purge_rows)
        found["queryset"] = timed(purge_by_queryset)
        found["times faster"] = found["queryset"]["seconds"] / found["ours"]["seconds"]
    return found


def watched(purge: Callable[[], int]) -> tuple[dict[str, float], dict[str, float]]:
    figures: dict[str, float] = {}
    taken = inserts_beside(lambda: figures.update(timed(purge)))
    return figures, waited(taken)


def inserts_beside(work: Callable[[], object]) -> list[float]:
    with inserting() as taken:
        time.sleep(0.5)
        work()
    return taken


def timed(purge: Callable[[], int]) -> dict[str, float]:
    """Seconds, rows, and megabytes by which the process grew."""
    memory, began = grown(), time.perf_counter()
    deleted = purge()
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "deleted": deleted, "megabytes": grown() - memory}


def grown() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def halves() -> tuple[datetime, datetime]:
    """When one half has expired, and when the other will."""
    return timezone.now() - timedelta(days=2), timezone.now() + timedelta(days=2)


def fill(total: int) -> None:
    RevokedToken.objects.all()._raw_delete("default")
    for expires_at in halves():
        names = (f"{expires_at}{number}" for number in range(total // 2))
        services.revoke_identifiers("purge", names, expires_at=expires_at)
    analyze()


def fill_cascading(total: int) -> None:
    """simplejwt's two tables, made by the database itself."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE token_blacklist_outstandingtoken CASCADE")
        for expires_at in halves():
            cursor.execute(
                "INSERT INTO token_blacklist_outstandingtoken (token, jti, expires_at) "
                "SELECT repeat('x', 200), gen_random_uuid()::text, %s FROM generate_series(1, %s)",
                [expires_at, total // 2],
            )
        cursor.execute(
            "INSERT INTO token_blacklist_blacklistedtoken (token_id, blacklisted_at) "
            "SELECT id, now() FROM token_blacklist_outstandingtoken"
        )
        cursor.execute("ANALYZE")


def purge_by_queryset() -> int:
    """What its ``flushexpiredtokens`` does."""
    from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

    rows = OutstandingToken.objects.filter(expires_at__lte=timezone.now())
    return sum(rows.delete()[1].values()) // 2
