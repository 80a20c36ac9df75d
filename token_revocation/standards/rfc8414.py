"""OAuth 2.0 Authorization Server Metadata (RFC 8414).

Include it at the well-known path under the host of ``ISSUER``. If ``ISSUER`` has a path, append
that to the route (section 3.1)::

    path(".well-known/oauth-authorization-server", include("token_revocation.standards.rfc8414"))
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import Http404
from django.urls import NoReverseMatch, path
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from token_revocation.conf import settings
from token_revocation.standards._absolute_urls import absolute_url
from token_revocation.standards._public_documents import PublicMixin
from token_revocation.views import RevocationAPIView


def _signing_algorithms() -> list[str]:
    from token_revocation.standards._signatures import algorithm  # Needs the extra "jose".

    return [algorithm()] if settings.SIGNING_JWK else []


ENDPOINTS: Sequence[tuple[str, str, Mapping[str, Any]]] = (
    ("authorization_endpoint", "oauth2_provider:authorize", {"response_types_supported": ["code"]}),
    ("token_endpoint", "oauth2_provider:token", {}),
    # Of several views for one member, the last that is included counts.
    ("introspection_endpoint", "introspect", {}),
    (
        "introspection_endpoint",
        "signed-introspect",
        {"introspection_signing_alg_values_supported": _signing_algorithms},
    ),
    ("jwks_uri", "jwks", {}),
    ("status_list_aggregation_endpoint", "token_revocation_status_list:aggregation", {}),
    (
        "global_token_revocation_endpoint",
        "global-token-revocation",
        {
            "global_token_revocation_endpoint_auth_methods_supported": [
                "global-token-revocation+jwt"
            ]
        },
    ),
    (
        "revocation_endpoint",
        "token_revocation:revoke",
        {"revocation_endpoint_auth_methods_supported": ["none"]},
    ),
    (
        "revocation_endpoint",
        "client-revoke",
        {
            "revocation_endpoint_auth_methods_supported": [
                "client_secret_basic",
                "client_secret_post",
                "none",
            ]
        },
    ),
)
"""Member, name of the view, and further members if that view is included (or functions for them).

The members are defined in section 2, RFC 9701 (section 7), Token Status List (section 9.3) and
Global Token Revocation (section 4).
"""


class MetadataView(PublicMixin, RevocationAPIView):
    """Return the included endpoints to any caller; 404 without ``ISSUER``."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    renderer_classes: Any = (JSONRenderer,)
    max_age = 3600

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if not settings.ISSUER:
            raise Http404
        return Response(dict(_members()))


def _members() -> Iterator[tuple[str, Any]]:
    yield "issuer", settings.ISSUER
    yield "response_types_supported", []  # Required, also without an authorization endpoint.
    for member, name, more in ENDPOINTS:
        try:
            yield member, absolute_url(name)
        except NoReverseMatch:
            continue
        values = ((name, value() if callable(value) else value) for name, value in more.items())
        # Empty arrays are left out (section 3.2).
        yield from ((name, value) for name, value in values if value)


urlpatterns = [path("", MetadataView.as_view(), name="oauth-authorization-server")]
