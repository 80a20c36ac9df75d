"""Public documents: readable from every origin, and cacheable by everyone."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views import View

from token_revocation._error_reports import protect_view
from token_revocation._url_parameters import with_resolver_match
from token_revocation.exceptions import RevocationUnavailable

PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
"""Response to a CORS preflight, which a header such as ``If-None-Match`` causes (Fetch, 3.2.2)."""


class PublicMixin(View):
    """Mixin for read-only views whose responses are the same for every caller.

    Works with views of Django and of Django REST framework. Every origin may read the responses,
    errors included.
    """

    http_method_names: Any = ("get", "head", "options")
    max_age: ClassVar[int]
    """Seconds for which a successful response may be cached."""

    @method_decorator([protect_view, with_resolver_match])
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response = HttpResponse(status=204, headers=PREFLIGHT_HEADERS)
        else:
            response = self._get_response(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        return response

    def _get_response(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the response of the view, or 503 if the revocation state is unavailable."""
        try:
            response = cast(HttpResponse, super().dispatch(request, *args, **kwargs))
        except RevocationUnavailable as error:
            return HttpResponse(status=503, headers={"Retry-After": str(error.wait)})
        if request.method in {"GET", "HEAD"} and response.status_code in {200, 304}:
            del response["Cache-Control"]
            patch_cache_control(response, public=True, max_age=self.max_age)
        return response
