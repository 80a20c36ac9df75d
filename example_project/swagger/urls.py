"""The schema and its page."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from example_project.swagger.views import SwaggerView

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SwaggerView.as_view(), name="swagger"),
]
