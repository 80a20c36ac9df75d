"""The page, and its script as a separate file for the Content-Security-Policy."""

from __future__ import annotations

from drf_spectacular.views import SpectacularSwaggerSplitView


class SwaggerView(SpectacularSwaggerSplitView):
    """Swagger UI."""

    template_name = "example_project/swagger.html"
    url_name = "schema"
    schema = None
