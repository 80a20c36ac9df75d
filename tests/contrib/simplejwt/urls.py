"""URLs of this package's views for clients with JWTs."""

from __future__ import annotations

from django.urls import include, path
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from token_revocation import views
from token_revocation.contrib.simplejwt import (
    RevocableJWTAuthentication,
    RevocableJWTStatelessUserAuthentication,
)


class ProtectedView(APIView):
    permission_classes = (IsAuthenticated,)

    def get(self, request):
        return Response({"pk": str(request.user.pk)})


def get_paths(authentication):
    classes = {"authentication_classes": [authentication]}
    return [
        path("protected/", ProtectedView.as_view(**classes)),
        path("auth/logout/", views.LogoutView.as_view(**classes)),
        path("auth/logout/all/", views.LogoutAllView.as_view(**classes)),
        path("auth/tokens/", views.TokenListView.as_view(**classes)),
        path("auth/tokens/<uuid:token_id>/", views.TokenDetailView.as_view(**classes)),
        path("auth/revoke/", views.RevokeView.as_view()),
    ]


urlpatterns = [
    *get_paths(RevocableJWTAuthentication),
    path("stateless/", include(get_paths(RevocableJWTStatelessUserAuthentication))),
    path("api/", include("token_revocation.contrib.simplejwt.urls")),
]
