"""Factories of expired revocations."""

from __future__ import annotations

from datetime import timedelta

from token_revocation.clock import now
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.testing import make_token


def expired_tokens(count=1, *, since=timedelta(days=1), using="default"):
    """Insert revocations with the same past expiry, and return their tokens."""
    expires_at = now() - since
    tokens = [make_token() for _ in range(count)]
    rows = [RevokedToken(key=t.key, identifier=t.identifier, expires_at=expires_at) for t in tokens]
    RevokedToken.objects.using(using).bulk_create(rows)
    return tokens


def expired_cutoffs(count=1, *, since=timedelta(days=1)):
    """Insert expired cutoffs with the same expiry."""
    expires_at = now() - since
    keys = [make_token().key for _ in range(count)]
    TokenCutoff.objects.bulk_create(
        TokenCutoff(key=key, not_before=expires_at, expires_at=expires_at) for key in keys
    )
