"""Documents for everybody: any page may read them, and anybody may keep them for a time."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views import View

from token_revocation.exceptions import RevocationUnavailable

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
"""For a client that adds a header to its request, such as ``If-None-Match`` (Fetch, 3.2.2)."""


class PublicMixin(View):
    """Put it before a view of Django, or of Django REST framework, that answers ``GET`` alone.

    Nothing there depends on who asks, so every origin may have it, the reason of a refusal as well.
    """

    http_method_names: Any = ("get", "head", "options")
    max_age: ClassVar[int]
    """Seconds for which a good answer may be kept."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response = HttpResponse(status=204, headers=PREFLIGHT)
        else:
            response = self._answer(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        return response

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """That of the view; 503 when nobody can say."""
        try:
            response = cast(HttpResponse, super().dispatch(request, *args, **kwargs))
        except RevocationUnavailable as error:
            return HttpResponse(status=503, headers={"Retry-After": str(error.wait)})
        if request.method in {"GET", "HEAD"} and response.status_code in {200, 304}:
            del response["Cache-Control"]
            patch_cache_control(response, public=True, max_age=self.max_age)
        return response
