"""Logout views, for one session or all of them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from rest_framework import status
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from token_revocation import services
from token_revocation._request_tokens import (
    clear_token_cookies,
    get_request_tokens,
    get_request_user,
)
from token_revocation.authentication import current_token
from token_revocation.exceptions import NoTokenPresented
from token_revocation.models import Reason
from token_revocation.permissions import RecentLoginForOthers
from token_revocation.serializers import LogoutAllSerializer
from token_revocation.views.base import RevocationAPIView


class LogoutView(RevocationAPIView):
    """Revoke the token of the request and the session it belongs to.

    Also revoke the token in ``refresh`` of the body, and those in the cookies of
    ``TOKEN_COOKIES``, which are cleared. Logging out again, or with an invalid token, is no error.
    """

    permission_classes = (AllowAny,)

    def perform_authentication(self, request: Request) -> None:
        self.rejection: APIException | None = None
        try:
            super().perform_authentication(request)
        except (AuthenticationFailed, PermissionDenied) as error:
            # An invalid token is no error. Neither is a token next to a session of the admin, for
            # which DRF requires a CSRF token before it reads the token.
            self.rejection = error

    def check_body_length(self, request: Request) -> None:
        """Accept any body: header and cookies can be revoked without it."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        tokens = list(get_request_tokens(request))
        if not tokens:
            self._reject_other_credential(request)
        services.log_out(*tokens, reason=Reason.LOGOUT, revoked_by=get_request_user(request))
        _flush_session(request)
        response = Response(status=status.HTTP_204_NO_CONTENT)
        clear_token_cookies(response)
        return response

    def _reject_other_credential(self, request: Request) -> None:
        """Raise an error if a session or a password keeps the client logged in."""
        if isinstance(self.rejection, PermissionDenied):
            raise self.rejection
        if request.successful_authenticator is not None and request.auth is None:
            raise NoTokenPresented


class HasUserOrToken(BasePermission):
    """Allow users, and clients with a revocable token of their own."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        is_user = bool(getattr(request.user, "is_authenticated", False))
        return is_user or current_token(request) is not None


class LogoutAllView(RevocationAPIView):
    """Revoke all tokens of the user.

    With ``keep_current`` the token of the request stays valid, and ``SESSION_REVOKE_MAX_AGE``
    requires a recent login. A client without a user revokes only its own token.
    """

    permission_classes = (HasUserOrToken, RecentLoginForOthers)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer = LogoutAllSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        token, user = current_token(request), get_request_user(request)
        if token is None and _has_session(request):
            raise NoTokenPresented
        keep = token if serializer.validated_data["keep_current"] else None
        if keep is not None:
            self.check_object_permissions(request, None)
        if user is not None:
            services.revoke_all(user, keep=keep, reason=Reason.LOGOUT_ALL, revoked_by=user)
        elif token is not None and keep is None:
            services.log_out(token, reason=Reason.LOGOUT_ALL)
        response = Response(status=status.HTTP_204_NO_CONTENT)
        if keep is None:
            _flush_session(request)
            clear_token_cookies(response)
        return response


def _has_session(request: Request) -> bool:
    """Return whether a browser session has authenticated ``request``."""
    return isinstance(request.successful_authenticator, SessionAuthentication)


def _flush_session(request: Request) -> None:
    """Delete the browser session that has authenticated ``request``, and its cookie."""
    if _has_session(request):
        request._request.session.flush()
        request._request.user = AnonymousUser()
