"""OpenAPI operations of ``token_revocation.urls``."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from token_revocation.contrib.drf_spectacular._responses import (
    AUTHENTICATION_ERRORS,
    BODY_ERRORS,
    COMMON_ERRORS,
    ERROR,
    OAUTH_BODY_ERRORS,
    SUCCESS,
    Operations,
)
from token_revocation.serializers import (
    ActiveTokenSerializer,
    CredentialsSerializer,
    IssuedTokenSerializer,
    LeakedTokensSerializer,
    LeakReportSerializer,
    LogoutAllSerializer,
    UserRevokeSerializer,
)


class LogoutSerializer(serializers.Serializer[Any]):
    """The body of a logout: the refresh token of the session, if there is one."""

    refresh = serializers.CharField(write_only=True, required=False)


class RawTokenSerializer(serializers.Serializer[Any]):
    """The body of a revocation or introspection (RFC 7009 and RFC 7662, section 2.1)."""

    token = serializers.CharField(write_only=True)
    token_type_hint = serializers.CharField(write_only=True, required=False)


OPERATIONS: Operations = {
    "LoginView": {
        "post": {
            "request": CredentialsSerializer,
            "responses": {200: IssuedTokenSerializer, **COMMON_ERRORS, **BODY_ERRORS},
        }
    },
    "LogoutView": {
        "post": {"request": LogoutSerializer, "responses": {204: SUCCESS, **COMMON_ERRORS}}
    },
    "LogoutAllView": {
        "post": {
            "request": LogoutAllSerializer,
            "responses": {204: SUCCESS, **AUTHENTICATION_ERRORS, **BODY_ERRORS},
        }
    },
    "TokenListView": {
        "get": {"responses": {200: ActiveTokenSerializer(many=True), **AUTHENTICATION_ERRORS}}
    },
    "TokenDetailView": {"delete": {"responses": {204: SUCCESS, **AUTHENTICATION_ERRORS}}},
    "RevokeView": {
        "post": {
            "request": RawTokenSerializer,
            "responses": {200: SUCCESS, **COMMON_ERRORS, **OAUTH_BODY_ERRORS},
        }
    },
    "LeakedTokensView": {
        "post": {
            "request": LeakedTokensSerializer,
            "responses": {
                202: LeakReportSerializer,
                **AUTHENTICATION_ERRORS,
                **BODY_ERRORS,
                413: ERROR,
            },
        }
    },
    "UserRevokeView": {
        "post": {
            "request": UserRevokeSerializer,
            "responses": {204: SUCCESS, **AUTHENTICATION_ERRORS, **BODY_ERRORS},
        }
    },
}
