"""Signed introspection answers (RFC 9701), for callers that ask for them by ``Accept``.

It stands in for :mod:`token_revocation.standards.rfc7662`, and signs with ``SIGNING_JWK``::

    path("introspect/", include("token_revocation.standards.rfc9701"))
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, cast

from django.urls import path
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from token_revocation.exceptions import InvalidRequest
from token_revocation.standards.rfc7662 import IntrospectionView
from token_revocation.standards.signing import sign

TYPE = "token-introspection+jwt"


class SignedRenderer(BaseRenderer):
    """The answer as a JWT for the caller alone. Section 5."""

    media_type = f"application/{TYPE}"
    format = "jwt"
    charset = None

    def render(self, data: Any, media_type: Any = None, renderer_context: Any = None) -> bytes:
        caller = cast(Mapping[str, Any], renderer_context)["request"].user
        claims = {"aud": caller.get_username(), "token_introspection": data}
        return sign(claims, typ=TYPE).encode()


class SignedIntrospectionView(IntrospectionView):
    """As :class:`IntrospectionView`; errors are JSON, whatever was asked for."""

    renderer_classes = (JSONRenderer, SignedRenderer)

    def permission_denied(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """400 where a signed answer was asked for (section 5), as it has no audience."""
        if isinstance(request.accepted_renderer, SignedRenderer):
            raise InvalidRequest("A signed answer is for a caller that we know.")
        super().permission_denied(request, *args, **kwargs)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        if response.status_code >= 400:
            request.accepted_renderer = JSONRenderer()
            request.accepted_media_type = JSONRenderer.media_type
        return super().finalize_response(request, response, *args, **kwargs)


urlpatterns = [path("", SignedIntrospectionView.as_view(), name="signed-introspect")]
