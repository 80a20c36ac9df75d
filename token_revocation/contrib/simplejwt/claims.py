"""What the claims of a verified JWT say to us (RFC 7519, section 4)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from token_revocation.conf import settings
from token_revocation.contrib.simplejwt.live import setting
from token_revocation.exceptions import NotRevocable

SESSION = "sid"
"""OpenID Connect Front-Channel Logout 1.0, section 3."""

AUTH_TIME = "auth_time"
"""OpenID Connect Core 1.0, section 2: the moment of login."""


def identifier_claim() -> str:
    """The name of the claim that identifies a token."""
    return setting("JTI_CLAIM") or "jti"


def identifier(token: Any) -> str:
    """What names ``token`` among those of its issuer; it is in every spelling of the token.

    Without a usable ``jti`` that is, if ``ACCEPT_UNIDENTIFIED`` allows it at all, a digest of
    what the signature covers; the signature itself can be spelled in several ways.
    """
    jti = token.payload.get(identifier_claim())
    if isinstance(jti, str) and jti:
        return jti
    if not settings.ACCEPT_UNIDENTIFIED:
        raise NotRevocable
    raw = token.token or str(token)
    signed = (raw if isinstance(raw, bytes) else raw.encode()).rpartition(b".")[0]
    return hashlib.sha256(signed).hexdigest()


def issuer(token: Any) -> str:
    """The namespace of the identifier (section 4.1.1); ``""`` if the token names none.

    Of a token that was not written out yet, the issuer that its backend will name.
    """
    payload: Mapping[str, Any] = token.payload
    claim = payload["iss"] if "iss" in payload else token.get_token_backend().issuer
    return claim if isinstance(claim, str) else ""


def issued_at(payload: Mapping[str, Any]) -> datetime | None:
    """The moment of the login that led to the token, or else of its own issue.

    What a cutoff must end was begun before it, however late the token itself was made.
    """
    return moment(payload.get(AUTH_TIME, payload.get("iat")))


def expires_at(payload: Mapping[str, Any]) -> datetime | None:
    """The last moment at which the token, or what a refresh may make of it, can expire."""
    own = moment(payload.get("exp"))
    refreshable = moment(payload.get(setting("SLIDING_TOKEN_REFRESH_EXP_CLAIM")))
    if own is None or refreshable is None:
        return own
    lifetime: timedelta = setting("SLIDING_TOKEN_LIFETIME")
    return max(own, refreshable + lifetime)


def moment(claim: Any) -> datetime | None:
    """A NumericDate (section 2): seconds, which need not be whole; ``None`` if it is none."""
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        return None
    try:
        return datetime.fromtimestamp(claim, UTC)
    except (ValueError, OverflowError, OSError):
        return None
