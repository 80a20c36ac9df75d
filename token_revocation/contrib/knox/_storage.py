"""Rows of knox's tokens: lookup by the raw token, and expiry."""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest
from typing import Any

from django.utils import timezone
from knox.crypto import hash_token
from knox.settings import knox_settings

from token_revocation.clock import aware


def find_token(tokens: Any, raw: str) -> Any:
    """Return the token encoded in ``raw`` from the queryset ``tokens``, or ``None``."""
    # By the digest, which is the primary key. knox looks up token_key, which is not unique: a
    # long TOKEN_PREFIX gives many rows the same token_key.
    digest = hash_token(raw)
    rows = tokens.filter(pk=digest)
    return next((token for token in rows if compare_digest(token.digest, digest)), None)


def is_expired(token: Any) -> bool:
    """Return whether ``token`` has expired."""
    return token.expiry is not None and token.expiry < timezone.now()


def get_latest_expiry(token: Any) -> datetime | None:
    """Return the latest expiry to which ``token`` can be renewed, or ``None``."""
    if token.expiry is None:
        return None
    if not knox_settings.AUTO_REFRESH:
        return aware(token.expiry)
    max_ttl = knox_settings.AUTO_REFRESH_MAX_TTL
    return aware(max(token.expiry, token.created + max_ttl)) if max_ttl is not None else None


def get_renewed_expiry(token: Any) -> datetime:
    """Return the expiry that ``AUTO_REFRESH`` gives ``token`` now."""
    expiry: datetime = timezone.now() + knox_settings.TOKEN_TTL
    max_ttl = knox_settings.AUTO_REFRESH_MAX_TTL
    return min(expiry, token.created + max_ttl) if max_ttl is not None else expiry
