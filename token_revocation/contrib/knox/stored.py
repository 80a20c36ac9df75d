"""What knox stores of its tokens."""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest
from typing import Any

from django.utils import timezone
from knox.crypto import hash_token
from knox.settings import knox_settings

from token_revocation.clock import aware


def find(tokens: Any, raw: str) -> Any:
    """The one of ``tokens`` that a client holds as ``raw``, or ``None``.

    By the primary key, which is the digest. The column ``token_key`` by which knox looks is not
    unique, and the longer ``TOKEN_PREFIX`` is the more rows share it.
    """
    digest = hash_token(raw)
    rows = tokens.filter(pk=digest)
    return next((token for token in rows if compare_digest(token.digest, digest)), None)


def is_expired(token: Any) -> bool:
    """Whether knox has stopped accepting ``token``."""
    return token.expiry is not None and token.expiry < timezone.now()


def last_moment(token: Any) -> datetime | None:
    """When ``token`` will have expired, however often it is renewed; ``None`` for never."""
    if token.expiry is None:
        return None
    if not knox_settings.AUTO_REFRESH:
        return aware(token.expiry)
    longest = knox_settings.AUTO_REFRESH_MAX_TTL
    return aware(max(token.expiry, token.created + longest)) if longest is not None else None


def renewed_expiry(token: Any) -> datetime:
    """The expiry that ``AUTO_REFRESH`` gives ``token`` now."""
    expiry: datetime = timezone.now() + knox_settings.TOKEN_TTL
    longest = knox_settings.AUTO_REFRESH_MAX_TTL
    return min(expiry, token.created + longest) if longest is not None else expiry
