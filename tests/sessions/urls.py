"""Endpoints of sessions for the tokens of each installed package."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path
from django.utils.module_loading import import_string
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from token_revocation.sessions import views

CLASSES = {
    "authtoken": ("rest_framework", "authtoken.RevocableTokenAuthentication"),
    "knox": ("knox", "knox.RevocableKnoxAuthentication"),
    "oauth2_provider": ("oauth2_provider", "oauth2_provider.RevocableOAuth2Authentication"),
    "session": ("rest_framework", "sessions.RevocableSessionAuthentication"),
    "stateless": (
        "rest_framework_simplejwt",
        "simplejwt.RevocableJWTStatelessUserAuthentication",
    ),
    "simplejwt": ("rest_framework_simplejwt", "simplejwt.RevocableJWTAuthentication"),
}
INSTALLED = {
    kind: f"token_revocation.contrib.{name}"
    for kind, (package, name) in CLASSES.items()
    if find_spec(package)
}


class ProtectedView(APIView):
    permission_classes = (IsAuthenticated,)

    def get(self, request):
        return Response()


def get_paths(authentication):
    classes = {"authentication_classes": [import_string(authentication)]}
    return [
        path("protected/", ProtectedView.as_view(**classes)),
        path("sessions/", views.SessionListView.as_view(**classes)),
        path("sessions/revoke-others/", views.RevokeOtherSessionsView.as_view(**classes)),
        path("sessions/<uuid:session_id>/", views.SessionDetailView.as_view(**classes)),
    ]


urlpatterns = [path(f"{kind}/", include(get_paths(name))) for kind, name in INSTALLED.items()]
if "oauth2_provider" in INSTALLED:
    urlpatterns.append(path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")))
