"""Bulk revocation: ``python -m benchmarks --parts bulk --databases postgres``."""

from __future__ import annotations

import time
import uuid
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from benchmarks.rows import analyze
from token_revocation import services
from token_revocation.models import RevokedToken
from token_revocation.tokens import name_key

BATCH = 10_000


def measure(options: Namespace) -> dict[str, Any]:
    """Return the seconds for ``count`` identifiers, and for ``bulk_create()``."""
    contestants = {"bulk_create": by_bulk_create, "token_revocation": by_service}
    names = [uuid.uuid4().hex for _ in range(options.bulk_rows)]
    expires_at = timezone.now() + timedelta(days=1)
    found: dict[str, Any] = {"rows": options.bulk_rows}
    for name, revoke in contestants.items():
        RevokedToken.objects.all()._raw_delete("default")
        analyze()
        found[name] = seconds(revoke, names, expires_at)
    found["times faster"] = found["bulk_create"] / found["token_revocation"]
    return found


def seconds(
    revoke: Callable[[list[str], datetime], object], names: list[str], expires_at: datetime
) -> float:
    began = time.perf_counter()
    revoke(names, expires_at)
    took = time.perf_counter() - began
    if RevokedToken.objects.count() != len(names):
        raise AssertionError("Some rows are missing.")
    return took


def by_service(names: list[str], expires_at: datetime) -> None:
    services.revoke_identifiers("bulk", names, expires_at=expires_at, batch_size=BATCH)


def by_bulk_create(names: list[str], expires_at: datetime) -> None:
    for start in range(0, len(names), BATCH):
        rows = [
            RevokedToken(
                key=name_key("token", "bulk", "", name),
                kind="bulk",
                identifier=name,
                expires_at=expires_at,
            )
            for name in names[start : start + BATCH]
        ]
        RevokedToken.objects.bulk_create(rows, ignore_conflicts=True)
