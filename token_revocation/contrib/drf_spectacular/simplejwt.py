"""The operations of ``token_revocation.contrib.simplejwt.urls``; bodies are simplejwt's own."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from token_revocation.contrib.drf_spectacular.answers import AUTHENTICATED, BODY, DONE, Operations


class TokenPairSerializer(serializers.Serializer[Any]):
    """A new session."""

    access = serializers.CharField(read_only=True)
    refresh = serializers.CharField(read_only=True)


class RefreshedTokenSerializer(serializers.Serializer[Any]):
    """A new access token, and where they rotate a new refresh token."""

    access = serializers.CharField(read_only=True)
    refresh = serializers.CharField(read_only=True, required=False)


class SlidingTokenSerializer(serializers.Serializer[Any]):
    """A sliding token."""

    token = serializers.CharField(read_only=True)


def _giving(answer: Any) -> dict[str, dict[str, Any]]:
    return {"post": {"responses": {200: answer, **AUTHENTICATED, **BODY}}}


OPERATIONS: Operations = {
    "RevocableTokenObtainPairView": _giving(TokenPairSerializer),
    "RevocableTokenObtainSlidingView": _giving(SlidingTokenSerializer),
    "RevocableTokenRefreshView": _giving(RefreshedTokenSerializer),
    "RevocableTokenRefreshSlidingView": _giving(SlidingTokenSerializer),
    "RevocableTokenVerifyView": _giving(DONE),
    "TokenRevokeView": _giving(DONE),
}
