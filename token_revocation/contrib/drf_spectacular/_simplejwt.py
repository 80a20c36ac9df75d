"""OpenAPI operations of ``token_revocation.contrib.simplejwt.urls``.

The request bodies are those of simplejwt's serializers.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from token_revocation.contrib.drf_spectacular._responses import (
    AUTHENTICATION_ERRORS,
    BODY_ERRORS,
    SUCCESS,
    Operations,
)


class TokenPairSerializer(serializers.Serializer[Any]):
    """The tokens of a new session."""

    access = serializers.CharField(read_only=True)
    refresh = serializers.CharField(read_only=True)


class RefreshedTokenSerializer(serializers.Serializer[Any]):
    """A new access token, and with rotation a new refresh token."""

    access = serializers.CharField(read_only=True)
    refresh = serializers.CharField(read_only=True, required=False)


class SlidingTokenSerializer(serializers.Serializer[Any]):
    """A sliding token."""

    token = serializers.CharField(read_only=True)


def _post_operation(response: Any) -> dict[str, dict[str, Any]]:
    return {"post": {"responses": {200: response, **AUTHENTICATION_ERRORS, **BODY_ERRORS}}}


OPERATIONS: Operations = {
    "RevocableTokenObtainPairView": _post_operation(TokenPairSerializer),
    "RevocableTokenObtainSlidingView": _post_operation(SlidingTokenSerializer),
    "RevocableTokenRefreshView": _post_operation(RefreshedTokenSerializer),
    "RevocableTokenRefreshSlidingView": _post_operation(SlidingTokenSerializer),
    "RevocableTokenVerifyView": _post_operation(SUCCESS),
    "TokenRevokeView": _post_operation(SUCCESS),
}
