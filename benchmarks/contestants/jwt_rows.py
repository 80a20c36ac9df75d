"""Rows in simplejwt's own blacklist."""

from __future__ import annotations

import uuid
from datetime import datetime

from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

BATCH = 10_000


def fill(missing: range, expires_at: datetime) -> None:
    """Insert the rows with the numbers in ``missing``."""
    for start in missing[::BATCH]:
        numbers = range(start, min(start + BATCH, missing.stop))
        issued = OutstandingToken.objects.bulk_create(
            OutstandingToken(jti=uuid.uuid4().hex, token="x" * 200, expires_at=expires_at)
            for _ in numbers
        )
        BlacklistedToken.objects.bulk_create(BlacklistedToken(token=token) for token in issued)
