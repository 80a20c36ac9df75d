"""knox's endpoints, which reject revoked tokens and changed accounts."""

from __future__ import annotations

from typing import Any

from django.db import router
from knox.models import get_token_model
from knox.views import LoginView, LogoutAllView, LogoutView

from token_revocation._error_reports import protect_view
from token_revocation.authentication import current_token
from token_revocation.contrib.knox.authentication import RevocableKnoxAuthentication
from token_revocation.exceptions import TokenRevoked
from token_revocation.services import is_revoked, lock_user
from token_revocation.services._transactions import atomic_write, retry_on_deadlock


class ProtectedViewMixin:
    """Hides the data of a request in error reports."""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        return protect_view(super().as_view(**initkwargs))  # type: ignore[misc]


class RevocableLoginView(ProtectedViewMixin, LoginView):  # type: ignore[misc]
    """Issue a token, unless the account has changed since it was authenticated."""

    @retry_on_deadlock
    def create_token(self) -> tuple[Any, str]:
        """Return the row and the raw token.

        Raises:
            AccountChanged: The user is inactive, or has changed the password since.
            TokenRevoked: The token of the request has been revoked since.
            TooManySessions: The user has ``MAX_SESSIONS`` sessions already.
            RevocationUnavailable: The database failed.
        """
        alias = router.db_for_write(get_token_model())
        with atomic_write(alias, secret=True), lock_user(self.request.user):
            presented = current_token(self.request)
            if presented is not None and is_revoked(presented):
                raise TokenRevoked(presented)
            token: tuple[Any, str] = super().create_token()
        return token


class RevocableLogoutView(ProtectedViewMixin, LogoutView):  # type: ignore[misc]
    """Revoke the token of the request."""

    authentication_classes = (RevocableKnoxAuthentication,)


class RevocableLogoutAllView(ProtectedViewMixin, LogoutAllView):  # type: ignore[misc]
    """Revoke all tokens of the user."""

    authentication_classes = (RevocableKnoxAuthentication,)
