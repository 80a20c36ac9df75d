"""Claims of a verified JWT: identifier, issuer and times (RFC 7519, section 4)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from rest_framework_simplejwt.tokens import RefreshToken

from token_revocation.clock import from_timestamp
from token_revocation.conf import settings
from token_revocation.contrib.simplejwt._settings import get_setting
from token_revocation.exceptions import NotRevocable
from token_revocation.tokens import MAX_RAW_LENGTH

SESSION_CLAIM = "sid"
"""OpenID Connect Front-Channel Logout 1.0, section 3."""

AUTH_TIME_CLAIM = "auth_time"
"""The time of the login. OpenID Connect Core 1.0, section 2."""

USER_CLAIM = "revocation_user"
"""The primary key of the user, where ``USER_ID_FIELD`` is another field, which may change."""

RECORDED_CLAIM = "sid_recorded"
"""Marks a token whose session has a row in ``token_revocation.sessions``."""


def get_identifier_claim() -> str:
    """Return the name of the claim that identifies a token."""
    return get_setting("JTI_CLAIM") or "jti"


def get_identifier(token: Any) -> str:
    """Return the identifier of ``token``, which is unique for its issuer.

    Raises:
        NotRevocable: The token is too long, or has no usable ``jti`` and ``ALLOW_MISSING_JTI``
            is off.
    """
    if len(token.token or "") > MAX_RAW_LENGTH:
        raise NotRevocable  # No endpoint that revokes would read it.
    jti = token.payload.get(get_identifier_claim())
    if jti and isinstance(jti, str):
        return jti
    if not settings.ALLOW_MISSING_JTI:
        raise NotRevocable
    # Hash what is signed, without the signature, which has several valid encodings.
    raw = token.token or str(token)
    signed = (raw if isinstance(raw, bytes) else raw.encode()).rpartition(b".")[0]
    return hashlib.sha256(signed).hexdigest()


def has_identifier(payload: Mapping[str, Any]) -> bool:
    """Return whether the token has a usable ``jti``."""
    jti = payload.get(get_identifier_claim())
    return isinstance(jti, str) and bool(jti)


def get_issuer(token: Any) -> str:
    """Return the issuer of ``token`` (section 4.1.1), or ``""`` if it has none.

    A token that was not encoded yet has no ``iss``; its backend will add the one returned.
    """
    payload: Mapping[str, Any] = token.payload
    claim = payload["iss"] if "iss" in payload else token.get_token_backend().issuer
    return claim if isinstance(claim, str) else ""


def has_refresh_type(payload: Mapping[str, Any]) -> bool:
    """Return whether the claims are those of a refresh token, whichever class has read them."""
    return bool(payload.get(get_setting("TOKEN_TYPE_CLAIM")) == RefreshToken.token_type)


def get_issued_at(payload: Mapping[str, Any]) -> datetime | None:
    """Return when the user logged in, or else when the token was issued.

    A cutoff revokes every token of an earlier login, also those that a later refresh issued.
    """
    return from_timestamp(payload.get(AUTH_TIME_CLAIM, payload.get("iat")))


def is_recorded(payload: Mapping[str, Any]) -> bool:
    """Return whether the token is rejected without the row of its session."""
    return RECORDED_CLAIM in payload


def get_minted_at(payload: Mapping[str, Any]) -> datetime | None:
    """Return the ``iat``; an access token has that of its refresh token."""
    return from_timestamp(payload.get("iat"))


def get_expires_at(payload: Mapping[str, Any]) -> datetime | None:
    """Return the latest time at which the token, or its last refresh, can expire."""
    return get_last_expiry(*get_expiry_claims(payload))


def get_expiry_claims(payload: Mapping[str, Any]) -> tuple[Any, Any, timedelta | None]:
    """Return the arguments of :func:`get_last_expiry`."""
    refresh_claim = payload.get(get_setting("SLIDING_TOKEN_REFRESH_EXP_CLAIM"))
    lifetime = None if refresh_claim is None else get_setting("SLIDING_TOKEN_LIFETIME")
    return payload.get("exp"), refresh_claim, lifetime


def get_last_expiry(claim: Any, refresh_claim: Any, lifetime: timedelta | None) -> datetime | None:
    """Return when a token expires at last, which a sliding token does after its last refresh.

    Args:
        claim: The time of expiry.
        refresh_claim: The time until which a sliding token can be refreshed.
        lifetime: The lifetime of a refreshed token.
    """
    expires_at, refreshable_until = from_timestamp(claim), from_timestamp(refresh_claim)
    if expires_at is None or refreshable_until is None or lifetime is None:
        return expires_at
    return max(expires_at, refreshable_until + lifetime)
