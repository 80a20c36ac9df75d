"""The answers that are no success, as all endpoints give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class ErrorSerializer(serializers.Serializer[Any]):
    """An error; ``code`` is stable, ``detail`` is for people and translated."""

    detail = serializers.CharField()
    code = serializers.CharField(required=False)


class OAuthErrorSerializer(serializers.Serializer[Any]):
    """An error of OAuth 2.0 (RFC 6749, section 5.2)."""

    error = serializers.CharField()
    error_description = serializers.CharField(required=False)


Operations = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By the name of the view and the method: the arguments of ``extend_schema``."""

FIELD_ERRORS = {
    "type": "object",
    "description": "What is wrong, by the name of the field.",
    "additionalProperties": {},
}

ERROR = OpenApiResponse(ErrorSerializer, description=_("Refused."))
DONE = OpenApiResponse(description=_("Done."))

ALWAYS: Mapping[int, Any] = {
    404: OpenApiResponse(ErrorSerializer, description=_("There is none, or not in this format.")),
    406: OpenApiResponse(ErrorSerializer, description=_("No format that the client accepts.")),
    429: OpenApiResponse(ErrorSerializer, description=_("Too many requests; see Retry-After.")),
    503: OpenApiResponse(ErrorSerializer, description=_("Nobody can say now; see Retry-After.")),
}

AUTHENTICATED: Mapping[int, Any] = {
    **ALWAYS,
    401: OpenApiResponse(ErrorSerializer, description=_("No token, or one that is not accepted.")),
    403: OpenApiResponse(ErrorSerializer, description=_("Not allowed.")),
}

BODY: Mapping[int, Any] = {
    400: OpenApiResponse(FIELD_ERRORS, description=_("The body is malformed.")),
    415: OpenApiResponse(ErrorSerializer, description=_("A body of another format.")),
}

OAUTH_BODY: Mapping[int, Any] = {
    400: OpenApiResponse(OAuthErrorSerializer, description=_("The request is malformed.")),
    415: BODY[415],
}
