"""Views that call the services in coroutines, and one of Django REST framework."""

from __future__ import annotations

import asyncio
import time

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection
from django.http import JsonResponse
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from token_revocation import services
from token_revocation.contrib.authtoken import RevocableTokenAuthentication

PAUSE_TIMEOUT_SECONDS = 60


async def resolve(request):
    scheme, _, raw = request.headers.get("Authorization", "").partition(" ")
    return await services.aresolve(raw) if scheme == "Token" else None


async def check(request):
    token = await resolve(request)
    is_rejected = token is None or await services.ais_revoked(token)
    return JsonResponse({}, status=401 if is_rejected else 200)


async def log_out(request):
    token = await resolve(request)
    return JsonResponse({"revoked": token is not None and await services.alog_out(token)})


async def log_out_slowly(request):
    """Log out, with a transaction that waits for the test."""
    token = await resolve(request)
    await sync_to_async(lambda: connection.execute_wrappers.append(pause_insert))()
    try:
        return JsonResponse({"revoked": await services.alog_out(token)})
    except asyncio.CancelledError:
        (settings.FOLDER / "cancelled").touch()
        raise


def pause_insert(execute, sql, *args):
    if sql.startswith("INSERT"):
        (settings.FOLDER / "inserting").touch()
        deadline = time.monotonic() + PAUSE_TIMEOUT_SECONDS
        while not (settings.FOLDER / "released").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
    return execute(sql, *args)


class ProtectedView(APIView):
    authentication_classes = (RevocableTokenAuthentication,)

    def get(self, request):
        return Response({})


urlpatterns = [
    path("check/", check),
    path("log-out/", log_out),
    path("log-out-slowly/", log_out_slowly),
    path("protected/", ProtectedView.as_view()),
]
