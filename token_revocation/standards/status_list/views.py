"""Public endpoints for status lists (sections 8.1, 8.2 and 9)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import NoReverseMatch
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.gzip import gzip_page

from token_revocation.clock import now
from token_revocation.services._transactions import database_errors
from token_revocation.standards._public_documents import PublicMixin
from token_revocation.standards.status_list import TYPE
from token_revocation.standards.status_list._allocation import list_uri
from token_revocation.standards.status_list._session_places import SESSIONS_APP
from token_revocation.standards.status_list._tokens import TTL_SECONDS, get_signed_list
from token_revocation.standards.status_list.models import StatusList


@method_decorator(gzip_page, name="get")
class StatusListView(PublicMixin, View):
    """Return one list, 304 if the reader has it, or 501 for a historical list."""

    max_age = TTL_SECONDS

    def get(self, request: HttpRequest, list_id: UUID, *args: Any, **kwargs: Any) -> Any:
        if "time" in request.GET:
            return HttpResponse(status=501)
        try:
            signed = get_signed_list(list_id)
        except (StatusList.DoesNotExist, NoReverseMatch):
            return HttpResponse(status=404)
        response = HttpResponse(signed.body, content_type=f"application/{TYPE}")
        response["ETag"] = signed.etag
        return get_conditional_response(request, etag=signed.etag, response=response)


class AggregationView(PublicMixin, View):
    """Return the URLs of all lists with tokens that have not expired.

    With the app of sessions, a list is included until it is purged: its sessions may have been
    refreshed.
    """

    max_age = TTL_SECONDS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with database_errors(None) as using:
            lists = StatusList.objects.using(using)
            if not apps.is_installed(SESSIONS_APP):
                lists = lists.filter(expires_at__gt=now())
            uris = [list_uri(each) for each in lists.order_by("expires_at", "pk")]
        return JsonResponse({"status_lists": uris})
