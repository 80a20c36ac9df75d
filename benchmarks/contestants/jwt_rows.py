"""As many rows in simplejwt's own list."""

from __future__ import annotations

import uuid
from datetime import datetime

from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

BATCH = 10_000


def fill(missing: range, expires_at: datetime) -> None:
    """Add what is ``missing`` up to the last of it."""
    for start in missing[::BATCH]:
        numbers = range(start, min(start + BATCH, missing.stop))
        issued = OutstandingToken.objects.bulk_create(
            OutstandingToken(jti=uuid.uuid4().hex, token="x" * 200, expires_at=expires_at)
            for _ in numbers
        )
        BlacklistedToken.objects.bulk_create(BlacklistedToken(token=token) for token in issued)
