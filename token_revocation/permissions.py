"""Permissions of Django REST framework that depend on the token of the request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, NoReturn, Self

from rest_framework.permissions import BasePermission, OperationHolderMixin
from rest_framework.request import Request
from rest_framework.views import APIView

from token_revocation.authentication import current_token
from token_revocation.clock import now
from token_revocation.conf import settings
from token_revocation.exceptions import InsufficientUserAuthentication
from token_revocation.tokens import TokenRef

ASSUMED_ATTRIBUTE = "token_revocation_assumes_recent_login"
"""Attribute of a request whose permissions are checked as if its login were recent."""

__all__ = ["RecentLoginIfRequired", "RecentlyAuthenticated"]


class RecentlyAuthenticated(OperationHolderMixin, BasePermission):
    """Allow requests whose user has logged in recently (RFC 9470).

    An instance is a permission class: it can be combined by ``&``, ``|`` and ``~``::

        permission_classes = [IsAuthenticated & RecentlyAuthenticated(max_age=timedelta(minutes=5))]

    If the login is longer ago, the response is a 401 with the code
    ``insufficient_user_authentication``. The time of the login is
    :attr:`TokenRef.issued_at`. A request without it, such as one with a password or with a token
    that this package does not check, is rejected too.

    Args:
        max_age: The highest accepted time since the login.

    Raises:
        ValueError: ``max_age`` is not positive.
    """

    def __init__(self, *, max_age: timedelta) -> None:
        if max_age <= timedelta(0):
            raise ValueError("max_age must be positive.")
        self.max_age = max_age

    def __call__(self) -> Self:
        """Return this instance, as Django REST framework calls each permission class."""
        return self

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the login of ``request`` is recent.

        Args:
            request: The request.
            view: Its view, which responds with 401 if a new login would be allowed.
        """
        return self._check(request, view, partial(view.check_permissions, request))

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        """Return whether the login of ``request`` is recent.

        Args:
            request: The request.
            view: Its view, which responds with 401 if a new login would be allowed.
            obj: Any object.
        """
        return self._check(request, view, partial(view.check_object_permissions, request, obj))

    def _check(self, request: Request, view: APIView, check_again: Callable[[], None]) -> bool:
        if ASSUMED_ATTRIBUTE in vars(request) or _is_recent(request, self.max_age):
            return True
        if request.successful_authenticator is not None:
            # An exception raised here would end a combination before its other permissions, and
            # the view alone would respond with 403.
            vars(view)["permission_denied"] = partial(self._ask_for_login, view, check_again)
        return False

    def _ask_for_login(
        self, view: APIView, check_again: Callable[[], None], request: Request, **kwargs: Any
    ) -> NoReturn:
        """Raise the error of the permission that would deny a new login too, or else a 401."""
        del vars(view)["permission_denied"]
        vars(request)[ASSUMED_ATTRIBUTE] = True
        try:
            check_again()
        finally:
            del vars(request)[ASSUMED_ATTRIBUTE]
        authenticator: Any = request.successful_authenticator
        challenge = authenticator.authenticate_header(request)
        raise InsufficientUserAuthentication(max_age=self.max_age, challenge=challenge)


class RecentLoginIfRequired(BasePermission):
    """Require a login within ``SESSION_REVOKE_MAX_AGE``, if that is set."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        max_age: timedelta | None = settings.SESSION_REVOKE_MAX_AGE
        if max_age is None:
            return True
        return RecentlyAuthenticated(max_age=max_age).has_permission(request, view)


class RecentLoginForOthers(RecentLoginIfRequired):
    """Require such a login to revoke other tokens than those of the session of the request.

    The object that a view checks is the token that it revokes, or ``None`` for many tokens.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        return True

    def has_object_permission(self, request: Request, view: APIView, obj: TokenRef | None) -> bool:
        current = current_token(request)
        is_own = obj is not None and current is not None and obj.family_key == current.family_key
        return is_own or super().has_permission(request, view)


def _is_recent(request: Request, max_age: timedelta) -> bool:
    token = current_token(request)
    login_at = token.issued_at if token is not None else None
    return login_at is not None and now() - login_at <= max_age
