"""DRF's class, and ours in its place."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.authtoken.adapter import AuthTokenAdapter, digest
from token_revocation.exceptions import TokenRevoked
from token_revocation.stores import get_store
from token_revocation.tokens import AFTER_ALL_CUTOFFS, TokenRef, is_presentable

STOCK = TokenAuthentication.authenticate_credentials
UNDOUBTED = "_token_revocation_undoubted"
"""Where a token holds its reference if the query that read it found no reason to refuse it."""


class RevocableTokenAuthentication(RevocationMixin, TokenAuthentication):
    """DRF's ``TokenAuthentication``, and a token that was ended stays ended.

    Token, user and revocation are read in one query where nothing that the project adds to them
    could be missed by it; otherwise DRF reads the token and the store is asked.
    """

    adapter = AuthTokenAdapter()

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        """As in DRF, but a token that was logged out is told from one that never was."""
        if not is_presentable(key):
            raise AuthenticationFailed(_("Invalid token."))
        try:
            return self._read(key)
        except AuthenticationFailed:
            remains = _remains(key, self.adapter.kind)
            if get_store().is_revoked(remains):
                raise TokenRevoked(remains) from None
            raise

    def is_revoked(self, token: Any, ref: TokenRef) -> bool:
        # Once: whoever asks again about the same instance wants to know about now.
        return vars(token).pop(UNDOUBTED, None) is None and super().is_revoked(token, ref)

    def _identify(self, token: Any) -> TokenRef:
        return vars(token).get(UNDOUBTED) or super()._identify(token)

    def _read(self, raw: str) -> tuple[Any, Any]:
        read = super().authenticate_credentials
        if getattr(read, "__func__", None) is STOCK:
            found = _finding().find(self.get_model(), self.adapter, raw)
            if found is not None:
                token, vars(token)[UNDOUBTED] = found
                return token.user, token
        return read(raw)


@cache
def _finding() -> Any:
    """Late, as models load after these classes."""
    return import_module("token_revocation.contrib.authtoken.finding")


def _remains(raw: str, kind: str) -> TokenRef:
    """What is left of a token whose row is gone: its own revocation, and no cutoff."""
    return TokenRef(kind=kind, identifier=digest(raw), issued_at=AFTER_ALL_CUTOFFS)
