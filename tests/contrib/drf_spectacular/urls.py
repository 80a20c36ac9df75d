"""All endpoints that the schema describes."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from tests.standards.urls import urlpatterns as with_standards

urlpatterns = [
    *(route for route in with_standards if getattr(route, "name", None) != "protected"),
    path("api/", include("token_revocation.contrib.simplejwt.urls")),
    path("client-revoke/", include("token_revocation.standards.rfc7009")),
    path("metadata", include("token_revocation.standards.rfc8414")),
    path("schema/", SpectacularAPIView.as_view()),
]
