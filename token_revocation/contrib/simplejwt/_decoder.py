"""Verification of JWTs by simplejwt's backend, without the check of their expiry."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import Any

from rest_framework_simplejwt.exceptions import TokenBackendError
from rest_framework_simplejwt.tokens import UntypedToken

MAX_LEEWAY = timedelta(days=36_500)


def decode_token(raw: str) -> Any:
    """Return the token encoded in ``raw``, including an expired one, or ``None``.

    A copy of simplejwt's backend verifies algorithm, signature, issuer and audience.
    """
    token = UntypedToken()
    backend = copy(token.get_token_backend())
    backend.leeway = MAX_LEEWAY
    try:
        return build_token(backend.decode(raw), raw)  # type: ignore[arg-type]
    # PyJWT 2.10 raises TypeError for a time that is null.
    except (TokenBackendError, RecursionError, TypeError, ValueError, ArithmeticError):
        return None


def build_token(payload: dict[str, Any], raw: Any = None) -> Any:
    """Return a token with this payload, which the caller has verified."""
    token: Any = UntypedToken()
    token.payload, token.token = payload, raw
    return token
