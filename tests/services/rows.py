"""Rows that have expired, in any number."""

from __future__ import annotations

from datetime import timedelta

from token_revocation.clock import now
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.testing import make_token


def expired_tokens(count=1, *, since=timedelta(days=1), using="default"):
    """That many tokens that expired at the same moment."""
    moment = now() - since
    tokens = [make_token() for _ in range(count)]
    rows = [RevokedToken(key=t.key, identifier=t.identifier, expires_at=moment) for t in tokens]
    RevokedToken.objects.using(using).bulk_create(rows)
    return tokens


def expired_cutoffs(count=1, *, since=timedelta(days=1)):
    """That many cutoffs, likewise."""
    moment = now() - since
    keys = [make_token().key for _ in range(count)]
    TokenCutoff.objects.bulk_create(
        TokenCutoff(key=key, not_before=moment, expires_at=moment) for key in keys
    )
