"""The authentication class for JWTs in cookies."""

from __future__ import annotations

from dj_rest_auth.app_settings import api_settings
from dj_rest_auth.jwt_auth import JWTCookieAuthentication
from rest_framework.request import Request

from token_revocation.contrib.simplejwt import RevocableJWTAuthentication


class RevocableJWTCookieAuthentication(RevocableJWTAuthentication, JWTCookieAuthentication):  # type: ignore[misc]
    """dj-rest-auth's ``JWTCookieAuthentication``, which rejects revoked tokens."""

    def get_presented_token(self, request: Request) -> str:
        """Return the unverified token in the header or cookie of ``request``, or ``""``.

        The name of the cookie is ``JWT_AUTH_COOKIE`` of dj-rest-auth.
        """
        header_token = super().get_presented_token(request)
        return header_token or str(request.COOKIES.get(api_settings.JWT_AUTH_COOKIE, ""))
