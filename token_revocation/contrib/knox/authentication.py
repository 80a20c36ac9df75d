"""The gate for tokens of knox."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.settings import knox_settings
from knox.signals import token_expired
from rest_framework.exceptions import AuthenticationFailed

from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.knox.adapter import KnoxAdapter
from token_revocation.contrib.knox.stored import is_expired, renewed_expiry
from token_revocation.exceptions import TokenRevoked
from token_revocation.stores import get_store
from token_revocation.tokens import is_presentable, remains


class RevocableKnoxAuthentication(RevocationMixin, TokenAuthentication):  # type: ignore[misc]
    """knox's ``TokenAuthentication``, and a token that was ended stays ended.

    It reads one row, however many tokens the user has, and deletes none. All it may write is the
    expiry of an accepted token that ``AUTO_REFRESH`` renews.
    """

    adapter = KnoxAdapter()

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        """As in knox, but a token that was logged out is told from one that never was."""
        from token_revocation.contrib.knox.finding import token_of  # Models load after classes.

        raw = token.decode("latin-1")
        if not is_presentable(raw):
            raise _invalid()
        stored = token_of(self.adapter.model, raw)
        if stored is None:
            gone = remains(self.adapter.kind, hash_token(raw))
            raise TokenRevoked(gone) if get_store().is_revoked(gone) else _invalid()
        if is_expired(stored):
            username = stored.user.get_username()
            token_expired.send(sender=type(self), username=username, source="auth_token")
            raise _invalid()
        result: tuple[Any, Any] = self.validate_user(stored)
        return result

    def refuse_if_ended(self, request: Any, user: Any, token: Any) -> None:
        super().refuse_if_ended(request, user, token)
        if knox_settings.AUTO_REFRESH and token.expiry:
            self.renew_token(token)

    def renew_token(self, auth_token: Any) -> None:
        """As in knox, but a token that is logged out meanwhile stays so, and is no error."""
        expiry = renewed_expiry(auth_token)
        delay = (expiry - auth_token.expiry).total_seconds()
        auth_token.expiry = expiry
        if delay > knox_settings.MIN_REFRESH_INTERVAL:
            rows = type(auth_token)._default_manager
            rows.filter(pk=auth_token.pk).update(expiry=expiry)


def _invalid() -> AuthenticationFailed:
    return AuthenticationFailed(_("Invalid token."))
