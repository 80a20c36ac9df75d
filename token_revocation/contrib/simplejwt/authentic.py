"""Tokens whose signature, issuer and audience are right, be they expired."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import Any

from rest_framework_simplejwt.exceptions import TokenBackendError
from rest_framework_simplejwt.tokens import UntypedToken

FOR_EVER = timedelta(days=36_500)


def authentic_token(raw: str) -> Any:
    """The token that ``raw`` spells; ``None`` if it spells none, or a forged one.

    Verified by what verifies for simplejwt, so with the same algorithm, keys, issuer and
    audience; only that the copy of it which is used here has all the time in the world.
    """
    token = UntypedToken()
    backend = copy(token.get_token_backend())
    backend.leeway = FOR_EVER
    try:
        return holding(backend.decode(raw), raw)  # type: ignore[arg-type]
    except (TokenBackendError, RecursionError):
        return None


def holding(payload: dict[str, Any], raw: Any = None) -> Any:
    """A token with this payload, verified by the caller."""
    token: Any = UntypedToken()
    token.payload, token.token = payload, raw
    return token
