"""Revoked tokens that are inserted directly, without a service."""

from __future__ import annotations

from token_revocation.models import RevokedToken
from token_revocation.testing import make_token


def insert_revoked(count=1):
    """Insert rows of ``count`` revoked tokens; return the tokens."""
    tokens = [make_token() for _ in range(count)]
    rows = [RevokedToken(key=t.key, kind=t.kind, identifier=t.identifier) for t in tokens]
    RevokedToken.objects.bulk_create(rows)
    return tokens
