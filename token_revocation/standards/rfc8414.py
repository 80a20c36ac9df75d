"""OAuth 2.0 Authorization Server Metadata (RFC 8414): where our endpoints are.

Include it where section 3 has it: under the host of ``ISSUER``, whose path, if any, comes last::

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
from token_revocation.standards.addresses import address_of
from token_revocation.standards.publishing import PublicMixin
from token_revocation.views import RevocationAPIView


def _signing_algorithms() -> list[str]:
    from token_revocation.standards.signing import algorithm  # Needs more than this page does.

    return [algorithm()] if settings.SIGNING_JWK else []


ENDPOINTS: Sequence[tuple[str, str, Mapping[str, Any]]] = (
    ("authorization_endpoint", "oauth2_provider:authorize", {"response_types_supported": ["code"]}),
    ("token_endpoint", "oauth2_provider:token", {}),
    # Of two with the same member, the last that is there.
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
"""Member, name of the view, and what else holds where that is included, or a function that says it.

The members are those of section 2, and of the documents that added to it: RFC 9701, section 7, Token
Status List, section 9.3, and Global Token Revocation, section 4.
"""


class MetadataView(PublicMixin, RevocationAPIView):
    """The endpoints that are included, to anybody; 404 without ``ISSUER``."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    renderer_classes: Any = (JSONRenderer,)
    max_age = 3600

    def get(self, request: Request) -> Response:
        if not settings.ISSUER:
            raise Http404
        return Response(dict(_members()))


def _members() -> Iterator[tuple[str, Any]]:
    yield "issuer", settings.ISSUER
    yield "response_types_supported", []  # Required, also where nothing authorizes.
    for member, name, more in ENDPOINTS:
        try:
            yield member, address_of(name)
        except NoReverseMatch:
            continue
        known = ((name, said() if callable(said) else said) for name, said in more.items())
        yield from ((name, said) for name, said in known if said)  # Section 3.2: none is empty.


urlpatterns = [path("", MetadataView.as_view(), name="oauth-authorization-server")]
