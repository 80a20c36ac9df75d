"""Responses that several endpoints share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class ErrorSerializer(serializers.Serializer[Any]):
    """An error. ``code`` is stable; ``detail`` is translated."""

    detail = serializers.CharField()
    code = serializers.CharField(required=False)


class OAuthErrorSerializer(serializers.Serializer[Any]):
    """An error of OAuth 2.0 (RFC 6749, section 5.2)."""

    error = serializers.CharField()
    error_description = serializers.CharField(required=False)


Operations = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Arguments of ``extend_schema`` by view name and method."""

FIELD_ERRORS = {
    "type": "object",
    "description": "Errors by field name.",
    "additionalProperties": {},
}

ERROR = OpenApiResponse(ErrorSerializer, description=_("Request rejected."))
SUCCESS = OpenApiResponse(description=_("Success."))

COMMON_ERRORS: Mapping[int, Any] = {
    404: OpenApiResponse(
        ErrorSerializer, description=_("Not found, or not available in this format.")
    ),
    406: OpenApiResponse(ErrorSerializer, description=_("Not available in an accepted format.")),
    429: OpenApiResponse(ErrorSerializer, description=_("Too many requests; see Retry-After.")),
    503: OpenApiResponse(
        ErrorSerializer, description=_("Temporarily unavailable; see Retry-After.")
    ),
}

AUTHENTICATION_ERRORS: Mapping[int, Any] = {
    **COMMON_ERRORS,
    401: OpenApiResponse(ErrorSerializer, description=_("Missing or invalid credentials.")),
    403: OpenApiResponse(ErrorSerializer, description=_("Permission denied.")),
}

BODY_ERRORS: Mapping[int, Any] = {
    400: OpenApiResponse(FIELD_ERRORS, description=_("Invalid request body.")),
    415: OpenApiResponse(ErrorSerializer, description=_("Unsupported media type.")),
}

OAUTH_BODY_ERRORS: Mapping[int, Any] = {
    400: OpenApiResponse(OAuthErrorSerializer, description=_("Invalid request.")),
    415: BODY_ERRORS[415],
}
