"""dj-rest-auth's endpoints, which reject revoked tokens."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from dj_rest_auth.app_settings import api_settings
from dj_rest_auth.jwt_auth import get_refresh_view
from dj_rest_auth.views import LogoutView
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings as drf_settings

from token_revocation import services
from token_revocation._request_tokens import clear_token_cookies, get_request_tokens
from token_revocation.contrib.dj_rest_auth.serializers import RevocableCookieTokenRefreshSerializer
from token_revocation.contrib.simplejwt._receivers import ignore_blacklist
from token_revocation.contrib.simplejwt._settings import LiveSetting
from token_revocation.contrib.simplejwt.views import RevocableTokenView
from token_revocation.models import Reason
from token_revocation.tokens import TokenRef
from token_revocation.views import RevocationAPIView

DefaultRefreshView: Any = get_refresh_view()


class RevocableCookieTokenRefreshView(RevocableTokenView, DefaultRefreshView):  # type: ignore[misc]
    """Issue an access token for a refresh token, and set both as cookies."""

    serializer_class = RevocableCookieTokenRefreshSerializer


class RevocableLogoutView(RevocationAPIView, LogoutView):  # type: ignore[misc]
    """Log out, and revoke the sessions of the tokens in header, body and cookies.

    Expired tokens count too: a client whose access token has expired logs out with its refresh
    token.
    """

    permission_classes = (AllowAny,)
    throttle_classes: Any = LiveSetting("DEFAULT_THROTTLE_CLASSES", partial(getattr, drf_settings))

    def perform_authentication(self, request: Request) -> None:
        try:
            super().perform_authentication(request)
        except AuthenticationFailed:
            return  # An expired or revoked token may log out.

    def logout(self, request: Request) -> Response:
        user: Any = request.user
        revoked_by = user if getattr(user, "is_authenticated", False) else None
        services.log_out(*_get_tokens(request), reason=Reason.LOGOUT, revoked_by=revoked_by)
        # Without a cookie dj-rest-auth creates a token and blacklists it.
        with ignore_blacklist():
            response: Response = super().logout(request)
        clear_token_cookies(response)
        return response


def _get_tokens(request: Request) -> Iterator[TokenRef]:
    yield from get_request_tokens(request)
    for name in (api_settings.JWT_AUTH_COOKIE, api_settings.JWT_AUTH_REFRESH_COOKIE):
        token = services.resolve(request.COOKIES.get(name, ""))
        if token is not None:
            yield token
