"""Rows, without everything that a service does beside."""

from __future__ import annotations

from token_revocation.models import RevokedToken
from token_revocation.testing import make_token


def revoked(count=1):
    """That many tokens, each with its row."""
    tokens = [make_token() for _ in range(count)]
    rows = [RevokedToken(key=t.key, kind=t.kind, identifier=t.identifier) for t in tokens]
    RevokedToken.objects.bulk_create(rows)
    return tokens
