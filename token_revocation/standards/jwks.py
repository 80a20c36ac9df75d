"""The public part of ``SIGNING_JWK``, as a JWK Set (RFC 7517, section 5).

Whoever verifies what we sign reads it, and the metadata (RFC 8414) name it as ``jwks_uri``::

    path("jwks.json", include("token_revocation.standards.jwks"))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views import View

from token_revocation.conf import settings
from token_revocation.standards.publishing import PublicMixin

MEMBERS: Mapping[str, Sequence[str]] = {
    "EC": ("crv", "x", "y"),
    "OKP": ("crv", "x"),
    "RSA": ("n", "e"),
}
"""By type of key, what is public (RFC 7518, section 6; RFC 8037, section 2); no other member is."""

ABOUT = ("kty", "kid", "alg", "use")


class KeySetView(PublicMixin, View):
    """The key, to anybody; 404 without one, and for a secret that two parties share."""

    max_age = 3600

    def get(self, request: HttpRequest) -> HttpResponse:
        key = settings.SIGNING_JWK or {}
        members = MEMBERS.get(key.get("kty", ""))
        if members is None:
            return HttpResponse(status=404)
        found: dict[str, Any] = {name: key[name] for name in (*ABOUT, *members) if name in key}
        return JsonResponse({"keys": [found]}, content_type="application/jwk-set+json")


urlpatterns = [path("", KeySetView.as_view(), name="jwks")]
