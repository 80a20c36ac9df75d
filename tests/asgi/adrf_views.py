"""Views of adrf, which authenticate with synchronous and asynchronous classes."""

from __future__ import annotations

from adrf.decorators import api_view
from adrf.views import APIView
from adrf.viewsets import ViewSet
from asgiref.sync import sync_to_async
from django.urls import path
from rest_framework.authentication import TokenAuthentication
from rest_framework.decorators import authentication_classes, permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from token_revocation.authentication import RevocationMixin, current_token
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication


class AsyncTokenAuthentication(TokenAuthentication):
    """A class of a project, as adrf allows it."""

    async def authenticate(self, request):
        return await sync_to_async(super().authenticate)(request)


class RevocableAsyncAuthentication(RevocationMixin, AsyncTokenAuthentication):
    adapter = AuthTokenAdapter()


class AsyncView(APIView):
    permission_classes = (IsAuthenticated,)

    async def get(self, request):
        return Response({"token": current_token(request).identifier})


class SyncHandlerView(APIView):
    permission_classes = (IsAuthenticated,)

    def get(self, request):
        return Response({"token": current_token(request).identifier})


class AsyncViewSet(ViewSet):
    permission_classes = (IsAuthenticated,)

    async def alist(self, request):
        return Response({"token": current_token(request).identifier})


def function_view(authentication_class):
    @api_view(["GET"])
    @authentication_classes([authentication_class])
    @permission_classes([IsAuthenticated])
    async def view(request):
        return Response({"token": current_token(request).identifier})

    return view


def views(authentication_class):
    """Return a view of each type that authenticates with this class."""
    classes = {"authentication_classes": (authentication_class,)}
    return {
        "class": AsyncView.as_view(**classes),
        "sync": SyncHandlerView.as_view(**classes),
        "viewset": AsyncViewSet.as_view({"get": "alist"}, **classes),
        "function": function_view(authentication_class),
    }


CLASSES = {"async": RevocableAsyncAuthentication, "sync": RevocableTokenAuthentication}
urlpatterns = [
    path(f"{kind}/{name}/", view)
    for kind, authentication_class in CLASSES.items()
    for name, view in views(authentication_class).items()
]
