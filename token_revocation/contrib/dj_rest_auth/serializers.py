"""dj-rest-auth's serializer for refresh tokens, which rejects revoked ones."""

from __future__ import annotations

from dj_rest_auth.jwt_auth import CookieTokenRefreshSerializer

from token_revocation.contrib.simplejwt.serializers import RevocableTokenRefreshSerializer


class RevocableCookieTokenRefreshSerializer(
    CookieTokenRefreshSerializer,  # type: ignore[misc]
    RevocableTokenRefreshSerializer,
):
    """Serializer that issues an access token for a refresh token in body or cookie."""

    def extract_refresh_token(self) -> str:
        # dj-rest-auth does not validate the body, which may contain a number.
        return str(super().extract_refresh_token())
