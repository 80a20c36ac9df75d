"""The authentication class for DRF's tokens."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from token_revocation._token_lookups import TokenLookupMixin, set_lookup
from token_revocation.contrib.authtoken._keys import digest, fits_key
from token_revocation.contrib.authtoken.adapter import AuthTokenAdapter
from token_revocation.exceptions import NotRevocable, TokenMissingIdentifier, TokenRevoked
from token_revocation.stores import get_store
from token_revocation.tokens import deleted_token_ref, is_presentable

DEFAULT_METHOD = TokenAuthentication.authenticate_credentials


class RevocableTokenAuthentication(TokenLookupMixin, TokenAuthentication):
    """DRF's ``TokenAuthentication``, which rejects revoked tokens.

    Token, user and revocation are read in one query. If the project customizes the lookup, DRF
    reads the token and the store checks it.
    """

    adapter = AuthTokenAdapter()

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        """Return the user and the token.

        Args:
            key: The raw token.

        Raises:
            TokenRevoked: The token was revoked and deleted.
            AuthenticationFailed: The token is unknown, or its user is inactive.
        """
        if not is_presentable(key) or not fits_key(self.get_model(), key):
            raise AuthenticationFailed(_("Invalid token."))
        try:
            return self._authenticate_key(key)
        except AuthenticationFailed:
            deleted = deleted_token_ref(self.adapter.kind, digest(key))
            if get_store().is_revoked(deleted):
                raise TokenRevoked(deleted) from None
            raise

    def _authenticate_key(self, raw: str) -> tuple[Any, Any]:
        authenticate = super().authenticate_credentials
        is_default = getattr(authenticate, "__func__", None) is DEFAULT_METHOD
        found = self._find_token(raw) if is_default else None
        if found is None:
            return authenticate(raw)
        token, ref, needs_check = found
        set_lookup(token, ref, needs_check=needs_check)
        return token.user, token

    def _find_token(self, raw: str) -> Any:
        try:
            return _import_queries().find_token(self.get_model(), self.adapter, raw)
        except NotRevocable as error:
            raise TokenMissingIdentifier from error


@cache
def _import_queries() -> Any:
    # Models are loaded after the authentication classes.
    return import_module("token_revocation.contrib.authtoken._queries")
