"""OpenAPI operations of ``token_revocation.standards``."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from token_revocation.contrib.drf_spectacular._endpoints import RawTokenSerializer
from token_revocation.contrib.drf_spectacular._responses import (
    AUTHENTICATION_ERRORS,
    BODY_ERRORS,
    COMMON_ERRORS,
    ERROR,
    OAUTH_BODY_ERRORS,
    SUCCESS,
    OAuthErrorSerializer,
    Operations,
)


class IntrospectionSerializer(serializers.Serializer[Any]):
    """RFC 7662, section 2.2; an inactive token has only ``active``."""

    active = serializers.BooleanField()
    token_type = serializers.CharField(required=False)
    sub = serializers.CharField(required=False)
    username = serializers.CharField(required=False)
    client_id = serializers.CharField(required=False)
    iat = serializers.IntegerField(required=False)
    exp = serializers.IntegerField(required=False)
    iss = serializers.CharField(required=False)
    jti = serializers.CharField(required=False)


class ClientTokenSerializer(RawTokenSerializer):
    """A token and client credentials (RFC 7009, section 2.1; RFC 6749, section 2.3.1)."""

    client_id = serializers.CharField(required=False)
    client_secret = serializers.CharField(write_only=True, required=False)


class MetadataSerializer(serializers.Serializer[Any]):
    """RFC 8414, section 2: the members about endpoints of this package."""

    issuer = serializers.CharField()
    response_types_supported = serializers.ListField(child=serializers.CharField())
    authorization_endpoint = serializers.CharField(required=False)
    token_endpoint = serializers.CharField(required=False)
    introspection_endpoint = serializers.CharField(required=False)
    jwks_uri = serializers.CharField(required=False)
    status_list_aggregation_endpoint = serializers.CharField(required=False)
    global_token_revocation_endpoint = serializers.CharField(required=False)
    global_token_revocation_endpoint_auth_methods_supported = serializers.ListField(
        child=serializers.CharField(), required=False
    )
    revocation_endpoint = serializers.CharField(required=False)
    revocation_endpoint_auth_methods_supported = serializers.ListField(
        child=serializers.CharField(), required=False
    )


class SubjectSerializer(serializers.Serializer[Any]):
    """A subject identifier (RFC 9493)."""

    sub_id = serializers.DictField()


class LogoutTokenSerializer(serializers.Serializer[Any]):
    """A logout token (OpenID Connect Back-Channel Logout 1.0, section 2.5)."""

    logout_token = serializers.CharField(write_only=True)


class PushErrorSerializer(serializers.Serializer[Any]):
    """The error of a push receiver (RFC 8935, section 2.3)."""

    err = serializers.CharField()
    description = serializers.CharField()


class PollRequestSerializer(serializers.Serializer[Any]):
    """A poll request (RFC 8936, section 2.2)."""

    maxEvents = serializers.IntegerField(required=False, min_value=0)  # noqa: N815
    returnImmediately = serializers.BooleanField(required=False)  # noqa: N815
    ack = serializers.ListField(child=serializers.CharField(max_length=64), required=False)
    setErrs = serializers.DictField(required=False)  # noqa: N815


class PollResponseSerializer(serializers.Serializer[Any]):
    """A poll response: signed event tokens by their ``jti`` (RFC 8936, section 2.3)."""

    sets = serializers.DictField(child=serializers.CharField())
    moreAvailable = serializers.BooleanField()  # noqa: N815


OPERATIONS: Operations = {
    "IntrospectionView": {
        "post": {
            "request": RawTokenSerializer,
            "responses": {
                200: IntrospectionSerializer,
                **AUTHENTICATION_ERRORS,
                **OAUTH_BODY_ERRORS,
            },
        }
    },
    "ClientRevokeView": {
        "post": {
            "request": ClientTokenSerializer,
            "responses": {
                200: SUCCESS,
                **COMMON_ERRORS,
                **OAUTH_BODY_ERRORS,
                401: OpenApiResponse(
                    OAuthErrorSerializer, description=_("Client authentication failed.")
                ),
            },
        }
    },
    "MetadataView": {"get": {"responses": {200: MetadataSerializer, **COMMON_ERRORS}}},
    "GlobalTokenRevocationView": {
        "post": {
            "request": SubjectSerializer,
            "responses": {204: SUCCESS, **AUTHENTICATION_ERRORS, **BODY_ERRORS, 422: ERROR},
        }
    },
    "BackchannelLogoutView": {
        "post": {
            "request": LogoutTokenSerializer,
            "responses": {200: SUCCESS, **COMMON_ERRORS, **OAUTH_BODY_ERRORS},
        }
    },
    "EventReceiverView": {
        "post": {
            "request": {"application/secevent+jwt": {"type": "string"}},
            "responses": {202: SUCCESS, **COMMON_ERRORS, 400: PushErrorSerializer},
        }
    },
    "PollView": {
        "post": {
            "request": PollRequestSerializer,
            "responses": {200: PollResponseSerializer, **AUTHENTICATION_ERRORS, **BODY_ERRORS},
        }
    },
}
