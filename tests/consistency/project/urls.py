from __future__ import annotations

import os
import time

from django.urls import include, path
from rest_framework.response import Response
from rest_framework.views import APIView

from token_revocation.stores import get_store


class NotesView(APIView):
    def get(self, request):
        return Response([])


class BoundView(APIView):
    authentication_classes = permission_classes = ()

    def get(self, request):
        return Response(get_store().staleness_bound)


class ClockView(BoundView):
    def get(self, request):
        return Response(time.time())


def add_worker_header(get_response):
    """Add the process ID of the worker to each response."""

    def middleware(request):
        response = get_response(request)
        response["X-Worker"] = str(os.getpid())
        return response

    return middleware


urlpatterns = [
    path("notes/", NotesView.as_view()),
    path("clock/", ClockView.as_view()),
    path("bound/", BoundView.as_view()),
    path("auth/", include("token_revocation.urls")),
    path("jwt/", include("token_revocation.contrib.simplejwt.urls")),
]
