"""How a token of a request was verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from token_revocation.tokens import TokenRef

ATTRIBUTE = "_token_revocation_verification"
"""Attribute of a token with its :class:`Verification`."""


@dataclass(kw_only=True, slots=True, repr=False)
class Verification:
    """The verification of a token, in this request or in an earlier one."""

    source: Any
    """The key of its entry in the authentication cache."""
    read_at: float
    """The time of the monotonic clock before token and user were read."""
    claims: dict[str, Any]
    """The verified claims."""
    is_cached: bool = False
    ref: TokenRef | None = None
    """The reference of a cached token, which the store has just known to be valid."""
    user: Any = None
    """The row of the user, if it was read by the default query."""

    def __reduce__(self) -> tuple[Any, ...]:
        # A token that is pickled has no keys in it, which belong to the source.
        return type(None), ()


def get_verification(token: Any) -> Verification | None:
    """Return how ``token`` was verified, if it is new or found in the cache."""
    found: Verification | None = getattr(token, "__dict__", {}).get(ATTRIBUTE)
    return found
