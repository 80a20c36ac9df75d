"""Authentication with tokens whose lookup has found out more than their rows."""

from __future__ import annotations

from typing import Any

from token_revocation.authentication import RevocationMixin
from token_revocation.tokens import TokenRef

LOOKUP_ATTRIBUTE = "_token_revocation_lookup"
"""Attribute of a token: its reference, and whether the store must still check it."""


class TokenLookupMixin(RevocationMixin):
    """Uses the reference and the revocation that were found with a token."""

    def is_revoked(self, token: Any, ref: TokenRef) -> bool:
        # The lookup answers once; a later call for the same instance needs the current state.
        # A subclass may return an object without __dict__.
        _, needs_check = getattr(token, "__dict__", {}).pop(LOOKUP_ATTRIBUTE, (None, True))
        return needs_check and super().is_revoked(token, ref)

    def _identify(self, token: Any) -> TokenRef:
        ref, _ = getattr(token, LOOKUP_ATTRIBUTE, (None, True))
        return ref or super()._identify(token)


def set_lookup(token: Any, ref: TokenRef | None, *, needs_check: bool) -> None:
    """Set what the lookup of ``token`` has found: its reference, and if it needs a check."""
    vars(token)[LOOKUP_ATTRIBUTE] = ref, needs_check
