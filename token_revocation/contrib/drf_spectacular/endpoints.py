"""The operations of ``token_revocation.urls``."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from token_revocation.contrib.drf_spectacular.answers import (
    ALWAYS,
    AUTHENTICATED,
    BODY,
    DONE,
    ERROR,
    OAUTH_BODY,
    Operations,
)
from token_revocation.serializers import (
    ActiveTokenSerializer,
    IssuedTokenSerializer,
    LeakedTokensSerializer,
    LeakSerializer,
    LogoutAllSerializer,
    UserRevokeSerializer,
)


class LoginSerializer(serializers.Serializer[Any]):
    """User name and password."""

    username = serializers.CharField(write_only=True)
    password = serializers.CharField(write_only=True, trim_whitespace=False)


class LogoutSerializer(serializers.Serializer[Any]):
    """The refresh token of the same session, where a client holds one."""

    refresh = serializers.CharField(write_only=True, required=False)


class RawTokenSerializer(serializers.Serializer[Any]):
    """RFC 7009 and RFC 7662, section 2.1."""

    token = serializers.CharField(write_only=True)
    token_type_hint = serializers.CharField(write_only=True, required=False)


OPERATIONS: Operations = {
    "LoginView": {
        "post": {
            "request": LoginSerializer,
            "responses": {200: IssuedTokenSerializer, **ALWAYS, **BODY},
        }
    },
    "LogoutView": {"post": {"request": LogoutSerializer, "responses": {204: DONE, **ALWAYS}}},
    "LogoutAllView": {
        "post": {"request": LogoutAllSerializer, "responses": {204: DONE, **AUTHENTICATED, **BODY}}
    },
    "TokenListView": {
        "get": {"responses": {200: ActiveTokenSerializer(many=True), **AUTHENTICATED}}
    },
    "TokenDetailView": {"delete": {"responses": {204: DONE, **AUTHENTICATED}}},
    "RevokeView": {
        "post": {"request": RawTokenSerializer, "responses": {200: DONE, **ALWAYS, **OAUTH_BODY}}
    },
    "LeakedTokensView": {
        "post": {
            "request": LeakedTokensSerializer,
            "responses": {202: LeakSerializer, **AUTHENTICATED, **BODY, 413: ERROR},
        }
    },
    "UserRevokeView": {
        "post": {
            "request": UserRevokeSerializer,
            "responses": {204: DONE, **AUTHENTICATED, **BODY},
        }
    },
}
