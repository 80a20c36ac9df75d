"""The page and the script that starts it, apart: nothing that runs stands in the page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from example_project.policy import policy

POLICY = policy(img_src="data:")
"""As that of the other pages, but for the arrows that Swagger UI draws in its style sheet."""


class SwaggerView(SpectacularSwaggerSplitView):
    """Swagger UI."""

    template_name = "example_project/swagger.html"
    url_name = "schema"
    schema = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer: Response = super().get(request, *args, **kwargs)
        answer["Content-Security-Policy"] = POLICY
        return answer
