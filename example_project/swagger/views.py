"""The page and the script that starts it, apart: nothing that runs stands in the page."""

from __future__ import annotations

from drf_spectacular.views import SpectacularSwaggerSplitView


class SwaggerView(SpectacularSwaggerSplitView):
    """Swagger UI."""

    template_name = "example_project/swagger.html"
    url_name = "schema"
    schema = None
