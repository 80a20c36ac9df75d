"""Purges and concurrent inserts: ``python -m benchmarks --parts purge``."""

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

from benchmarks.contention import insert_times, inserting
from benchmarks.rows import analyze
from token_revocation import services
from token_revocation.models import RevokedToken

SECONDS_WITHOUT_PURGE = 8.0


def measure(options: Namespace) -> dict[str, Any]:
    """Measure deleting half of the rows with ``purge()``, and with one queryset."""
    found: dict[str, Any] = {"rows": options.purge_rows}
    fill(options.purge_rows)
    found["without purge"] = insert_times(
        concurrent_inserts(lambda: time.sleep(SECONDS_WITHOUT_PURGE))
    )
    found["token_revocation"], found["during purge"] = measure_purge(services.purge)
    if find_spec("rest_framework_simplejwt") and connection.vendor == "postgresql":
        fill_cascading(options.purge_rows)
        found["queryset"] = timed(purge_by_queryset)
        found["times faster"] = found["queryset"]["seconds"] / found["token_revocation"]["seconds"]
    return found


def measure_purge(purge: Callable[[], int]) -> tuple[dict[str, float], dict[str, float]]:
    figures: dict[str, float] = {}
    taken = concurrent_inserts(lambda: figures.update(timed(purge)))
    return figures, insert_times(taken)


def concurrent_inserts(work: Callable[[], object]) -> list[float]:
    with inserting() as taken:
        time.sleep(0.5)
        work()
    return taken


def timed(purge: Callable[[], int]) -> dict[str, float]:
    """Return the seconds, the deleted rows, and the megabytes that the process grew."""
    memory, began = peak_megabytes(), time.perf_counter()
    deleted = purge()
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "deleted": deleted, "megabytes": peak_megabytes() - memory}


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def expiry_times() -> tuple[datetime, datetime]:
    """Return an expiry in the past and one in the future."""
    return timezone.now() - timedelta(days=2), timezone.now() + timedelta(days=2)


def fill(total: int) -> None:
    RevokedToken.objects.all()._raw_delete("default")
    for expires_at in expiry_times():
        names = (f"{expires_at}{number}" for number in range(total // 2))
        services.revoke_identifiers("purge", names, expires_at=expires_at)
    analyze()


def fill_cascading(total: int) -> None:
    """Fill simplejwt's two tables, by the database itself."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE token_blacklist_outstandingtoken CASCADE")
        for expires_at in expiry_times():
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
    """Delete as ``flushexpiredtokens`` does."""
    from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

    rows = OutstandingToken.objects.filter(expires_at__lte=timezone.now())
    return sum(rows.delete()[1].values()) // 2
