"""djoser's token strategy for social logins."""

from __future__ import annotations

from typing import Any

from djoser.social.token.jwt import TokenStrategy

from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken


class RevocableTokenStrategy(TokenStrategy):  # type: ignore[misc]
    """Strategy that issues JWTs with a session, for ``SOCIAL_AUTH_TOKEN_STRATEGY``."""

    @classmethod
    def obtain(cls, user: Any) -> dict[str, Any]:
        """Return a refresh token and an access token of a new session, and ``user``."""
        refresh = RevocableRefreshToken.for_user(user)
        return {"access": str(refresh.access_token), "refresh": str(refresh), "user": user}
