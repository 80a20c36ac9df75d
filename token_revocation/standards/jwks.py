"""The JWK Set endpoint (RFC 7517, section 5): the public part of ``SIGNING_JWK``.

Clients use it to verify the JWTs of this package. The metadata (RFC 8414) contain its URL as
``jwks_uri``::

    path("jwks.json", include("token_revocation.standards.jwks"))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views import View

from token_revocation.conf import settings
from token_revocation.standards._public_documents import PublicMixin

MEMBERS: Mapping[str, Sequence[str]] = {
    "EC": ("crv", "x", "y"),
    "OKP": ("crv", "x"),
    "RSA": ("n", "e"),
}
"""Public members by key type (RFC 7518, section 6; RFC 8037, section 2)."""

COMMON_MEMBERS = ("kty", "kid", "alg", "use")


class KeySetView(PublicMixin, View):
    """Return the public key to any caller; 404 without one or for a symmetric key."""

    max_age = 3600

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = settings.SIGNING_JWK or {}
        members = MEMBERS.get(key.get("kty", ""))
        if members is None:
            return HttpResponse(status=404)
        names = (*COMMON_MEMBERS, *members)
        public: dict[str, Any] = {name: key[name] for name in names if name in key}
        return JsonResponse({"keys": [public]}, content_type="application/jwk-set+json")


urlpatterns = [path("", KeySetView.as_view(), name="jwks")]
