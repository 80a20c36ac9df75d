"""Serve the lists to anybody. Sections 8.1, 8.2 and 9."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.gzip import gzip_page

from token_revocation.clock import now
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.services.transactions import reading
from token_revocation.standards.status_list import TYPE
from token_revocation.standards.status_list.documents import TTL, document
from token_revocation.standards.status_list.issuing import list_uri
from token_revocation.standards.status_list.models import StatusList


class PublicView(View):
    """Readable from any origin; 503 when nobody can say."""

    http_method_names: Any = ("get", "head", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = cast(HttpResponse, super().dispatch(request, *args, **kwargs))
        except RevocationUnavailable as error:
            response = HttpResponse(status=503, headers={"Retry-After": str(error.wait)})
        response["Access-Control-Allow-Origin"] = "*"
        return response


@method_decorator(gzip_page, name="get")
class StatusListView(PublicView):
    """One list. A reader that has it already gets 304; one that asks for the past, 501."""

    def get(self, request: HttpRequest, list_id: UUID) -> Any:
        if "time" in request.GET:
            return HttpResponse(status=501)
        try:
            found = document(list_id)
        except StatusList.DoesNotExist:
            return HttpResponse(status=404)
        response = HttpResponse(found.body, content_type=f"application/{TYPE}")
        response["ETag"] = found.etag
        patch_cache_control(response, public=True, max_age=TTL)
        return get_conditional_response(request, etag=found.etag, response=response)


class AggregationView(PublicView):
    """The addresses of all lists that some token still points to."""

    def get(self, request: HttpRequest) -> HttpResponse:
        with reading(None) as using:
            lists = StatusList.objects.using(using).filter(expires_at__gt=now())
            uris = [list_uri(found) for found in lists.order_by("expires_at", "pk")]
        response = JsonResponse({"status_lists": uris})
        patch_cache_control(response, public=True, max_age=TTL)
        return response
