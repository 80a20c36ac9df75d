"""The authentication class for browser sessions."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from token_revocation._authentication_attempts import check_active
from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.sessions import _requests
from token_revocation.contrib.sessions.adapter import SessionAdapter


class _RejectedSessionAuthentication(SessionAuthentication):
    """DRF's class that raises an error for a session that the middleware has rejected."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        result = super().authenticate(request)
        checked = None if result else _requests.get_checked(_django_request(request))
        if checked is not None and checked.rejection is not None:
            checked.rejection.set_challenge(self.authenticate_header(request))
            raise checked.rejection
        return result


class RevocableSessionAuthentication(RevocationMixin, _RejectedSessionAuthentication):
    """Django REST framework's ``SessionAuthentication``, which rejects revoked sessions.

    ``request.auth`` is ``None``, as with that class. Unlike that class, it has a challenge: a
    request without a valid session gets a 401, so that clients log in again, and not a 403.
    """

    adapter = SessionAdapter()
    www_authenticate_realm = "api"

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of this class, which browsers ignore."""
        return f'Session realm="{self.www_authenticate_realm}"'

    def check_not_revoked(self, request: Request, user: Any, token: Any) -> None:
        django_request = _django_request(request)
        checked = _requests.get_checked(django_request)
        if checked is None:
            super().check_not_revoked(request, user, django_request.session)
            return
        # The middleware has checked the session when the user was read.
        check_active(user)
        django_request.revocable_token = checked.token

    def get_presented_token(self, request: Request) -> str:
        """Return ``""``, as other sites can make a browser send its cookie."""
        return ""


def _django_request(request: Any) -> Any:
    return getattr(request, "_request", request)
