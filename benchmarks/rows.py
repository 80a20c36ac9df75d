"""Rows of revoked tokens of other users."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any

from django.db import connection
from django.utils import timezone

from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.tokens import Subject

BATCH = 10_000
CUTOFF_EVERY = 10
TABLES = {"postgresql": "ANALYZE", "sqlite": "ANALYZE", "mysql": "ANALYZE TABLE {tables}"}


def fill(total: int) -> None:
    """Insert revoked tokens up to ``total``, and a cutoff for every tenth."""
    missing = range(RevokedToken.objects.count(), total)
    expires_at = timezone.now() + timedelta(days=30)
    in_batches(RevokedToken, (revoked(n, expires_at) for n in missing))
    in_batches(TokenCutoff, (cutoff(n, expires_at) for n in missing[::CUTOFF_EVERY]))
    if find_spec("rest_framework_simplejwt"):
        import_module("benchmarks.contestants.jwt_rows").fill(missing, expires_at)
    analyze()


def in_batches(model: Any, rows: Iterator[Any]) -> None:
    while batch := list(islice(rows, BATCH)):
        model.objects.bulk_create(batch)


def revoked(number: int, expires_at: datetime) -> RevokedToken:
    key = uuid.uuid4()
    return RevokedToken(key=key, kind="authtoken", identifier=key.hex * 2, expires_at=expires_at)


def cutoff(number: int, expires_at: datetime) -> TokenCutoff:
    subject = Subject.user(1_000_000_000 + number)
    return TokenCutoff(
        key=subject.key,
        subject_type=subject.type,
        subject_id=subject.id,
        not_before=timezone.now(),
        expires_at=expires_at,
    )


def analyze() -> None:
    """Update the statistics of the planner, as autovacuum would."""
    tables = ", ".join(model._meta.db_table for model in (RevokedToken, TokenCutoff))
    with connection.cursor() as cursor:
        cursor.execute(TABLES[connection.vendor].format(tables=tables))
