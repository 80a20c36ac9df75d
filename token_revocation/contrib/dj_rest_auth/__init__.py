"""Integration with ``dj_rest_auth``: JWTs of simplejwt in cookies."""

from __future__ import annotations

from token_revocation.contrib.dj_rest_auth.authentication import RevocableJWTCookieAuthentication

__all__ = ["RevocableJWTCookieAuthentication"]
