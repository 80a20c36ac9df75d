"""References of JWTs, which are made once for the same claims."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any

from token_revocation.clock import from_timestamp
from token_revocation.contrib.simplejwt import _claims
from token_revocation.contrib.simplejwt._subjects import get_session_id, get_user_pk
from token_revocation.tokens import Subject, TokenRef

MAX_REFERENCES = 5_000
"""Takes about 8 megabytes."""


def make_ref(kind: str, token: Any) -> TokenRef:
    """Return the reference of ``token``, whose claims were verified.

    Raises:
        NotRevocable: The token is too long, or has no usable ``jti``.
    """
    payload = token.payload
    name = kind, _claims.get_identifier(token), _claims.get_issuer(token)
    pk, issued_at = get_user_pk(token), payload.get("iat")
    arguments = (
        *name,
        None if pk is None else str(pk),
        get_session_id(token, *name),
        payload.get(_claims.AUTH_TIME_CLAIM, issued_at),
        issued_at,
        *_claims.get_expiry_claims(payload),
        _claims.has_refresh_type(payload),
    )
    try:
        return _make_ref(*arguments)
    except TypeError:  # A time that is a list cannot be hashed.
        return _make_ref.__wrapped__(*arguments)


# Typed, as ``True`` is no time, but equals 1.
@lru_cache(maxsize=MAX_REFERENCES, typed=True)
def _make_ref(
    kind: str,
    identifier: str,
    issuer: str,
    user_id: str | None,
    session_id: str,
    issued_at: Any,
    minted_at: Any,
    expires_at: Any,
    refreshable_until: Any,
    sliding_lifetime: timedelta | None,
    is_refresh_token: bool,
) -> TokenRef:
    users = () if user_id is None else (Subject.user(user_id),)
    sessions = (Subject.session(session_id),) if session_id else ()
    return TokenRef(
        kind=kind,
        identifier=identifier,
        issuer=issuer,
        subjects=users + sessions,
        issued_at=from_timestamp(issued_at),
        expires_at=_claims.get_last_expiry(expires_at, refreshable_until, sliding_lifetime),
        minted_at=from_timestamp(minted_at),
        is_refresh_token=is_refresh_token,
    )
