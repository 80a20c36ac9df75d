"""The authentication class for knox's tokens."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.settings import knox_settings
from knox.signals import token_expired
from rest_framework.exceptions import AuthenticationFailed

from token_revocation._token_lookups import TokenLookupMixin, set_lookup
from token_revocation.contrib.knox._storage import get_renewed_expiry, is_expired
from token_revocation.contrib.knox.adapter import KnoxAdapter
from token_revocation.exceptions import TokenRevoked
from token_revocation.stores import get_store
from token_revocation.tokens import deleted_token_ref, is_presentable


class RevocableKnoxAuthentication(TokenLookupMixin, TokenAuthentication):  # type: ignore[misc]
    """knox's ``TokenAuthentication``, which rejects revoked tokens.

    It reads one row and deletes none. It writes only the expiry of a token that ``AUTO_REFRESH``
    renews.
    """

    adapter = KnoxAdapter()

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        """Return the user and the token.

        Args:
            token: The raw token.

        Raises:
            TokenRevoked: The token was revoked and deleted.
            AuthenticationFailed: The token is unknown or expired, or its user is inactive.
        """
        raw = token.decode("latin-1")
        if not is_presentable(raw):
            raise _invalid_token()
        found = _import_queries().find_token(self.adapter, raw)
        if found is None:
            deleted = deleted_token_ref(self.adapter.kind, hash_token(raw))
            raise TokenRevoked(deleted) if get_store().is_revoked(deleted) else _invalid_token()
        stored, ref, needs_check = found
        set_lookup(stored, ref, needs_check=needs_check)
        if is_expired(stored):
            username = stored.user.get_username()
            token_expired.send(sender=type(self), username=username, source="auth_token")
            raise _invalid_token()
        result: tuple[Any, Any] = self.validate_user(stored)
        return result

    def check_not_revoked(self, request: Any, user: Any, token: Any) -> None:
        super().check_not_revoked(request, user, token)
        if knox_settings.AUTO_REFRESH and token.expiry:
            self.renew_token(token)

    def renew_token(self, auth_token: Any) -> None:
        """Extend the expiry of a token, at most once per ``MIN_REFRESH_INTERVAL`` seconds."""
        expiry = get_renewed_expiry(auth_token)
        extension = (expiry - auth_token.expiry).total_seconds()
        auth_token.expiry = expiry
        if extension > knox_settings.MIN_REFRESH_INTERVAL:
            _import_queries().store_expiry(auth_token)


@cache
def _import_queries() -> Any:
    # Models are loaded after the authentication classes.
    return import_module("token_revocation.contrib.knox._queries")


def _invalid_token() -> AuthenticationFailed:
    return AuthenticationFailed(_("Invalid token."))
