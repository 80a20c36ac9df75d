"""Serve the lists to anybody. Sections 8.1, 8.2 and 9."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.gzip import gzip_page

from token_revocation.clock import now
from token_revocation.services.transactions import reading
from token_revocation.standards.publishing import PublicMixin
from token_revocation.standards.status_list import TYPE
from token_revocation.standards.status_list.documents import TTL, document
from token_revocation.standards.status_list.issuing import list_uri
from token_revocation.standards.status_list.models import StatusList


@method_decorator(gzip_page, name="get")
class StatusListView(PublicMixin, View):
    """One list. A reader that has it already gets 304; one that asks for the past, 501."""

    max_age = TTL

    def get(self, request: HttpRequest, list_id: UUID) -> Any:
        if "time" in request.GET:
            return HttpResponse(status=501)
        try:
            found = document(list_id)
        except StatusList.DoesNotExist:
            return HttpResponse(status=404)
        response = HttpResponse(found.body, content_type=f"application/{TYPE}")
        response["ETag"] = found.etag
        return get_conditional_response(request, etag=found.etag, response=response)


class AggregationView(PublicMixin, View):
    """The addresses of all lists that some token still points to."""

    max_age = TTL

    def get(self, request: HttpRequest) -> HttpResponse:
        with reading(None) as using:
            lists = StatusList.objects.using(using).filter(expires_at__gt=now())
            uris = [list_uri(found) for found in lists.order_by("expires_at", "pk")]
        return JsonResponse({"status_lists": uris})
