"""JWT responses for OAuth token introspection (RFC 9701).

Include it instead of :mod:`token_revocation.standards.rfc7662`. Callers that accept
``application/token-introspection+jwt`` get a response that is signed with ``SIGNING_JWK``::

    path("introspect/", include("token_revocation.standards.rfc9701"))
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, cast

from django.urls import path
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from token_revocation.exceptions import InvalidRequest
from token_revocation.standards._signatures import sign
from token_revocation.standards.rfc7662 import IntrospectionView

TYPE = "token-introspection+jwt"


class SignedRenderer(BaseRenderer):
    """Renderer of the response as a JWT with the caller as audience (section 5)."""

    media_type = f"application/{TYPE}"
    format = "jwt"
    charset = None

    def render(self, data: Any, media_type: Any = None, renderer_context: Any = None) -> bytes:
        caller = cast(Mapping[str, Any], renderer_context)["request"].user
        claims = {"aud": str(caller.get_username()), "token_introspection": data}
        return sign(claims, typ=TYPE).encode()


class SignedIntrospectionView(IntrospectionView):
    """Introspection with JSON or signed responses; errors are always JSON."""

    renderer_classes = (JSONRenderer, SignedRenderer)

    def permission_denied(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """Respond with 400 to an anonymous request for a JWT, which has no audience."""
        if isinstance(request.accepted_renderer, SignedRenderer):
            raise InvalidRequest("Authenticate to get a signed response.")
        super().permission_denied(request, *args, **kwargs)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        if response.status_code >= 400:
            request.accepted_renderer = JSONRenderer()
            request.accepted_media_type = JSONRenderer.media_type
        return super().finalize_response(request, response, *args, **kwargs)


urlpatterns = [path("", SignedIntrospectionView.as_view(), name="signed-introspect")]
