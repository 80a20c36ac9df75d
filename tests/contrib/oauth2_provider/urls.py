from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework.response import Response
from rest_framework.views import APIView

from tests.urls import ProtectedView
from token_revocation.contrib.oauth2_provider import RevocableOAuth2Authentication
from token_revocation.views import LogoutView

stock = ProtectedView.as_view(authentication_classes=[OAuth2Authentication])
revocable = ProtectedView.as_view(authentication_classes=[RevocableOAuth2Authentication])
logout = LogoutView.as_view(authentication_classes=[RevocableOAuth2Authentication])


class AnonymousView(APIView):
    """Respond whether the request has a token, with or without a user."""

    authentication_classes = (RevocableOAuth2Authentication,)
    permission_classes = ()

    def get(self, request):
        return Response(request.auth is not None)


urlpatterns = [
    path("admin/", admin.site.urls),
    path("auth/", include("token_revocation.urls")),
    path("o/", include("token_revocation.contrib.oauth2_provider.urls")),
    path("revoke/", include("token_revocation.standards.rfc7009")),
    path("metadata", include("token_revocation.standards.rfc8414")),
    path("protected/", revocable),
    path("logout/", logout),
    path("stock/", stock),
    path("anonymous/", AnonymousView.as_view()),
]
