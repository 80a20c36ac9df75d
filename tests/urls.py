from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView


class ProtectedView(APIView):
    permission_classes = (IsAuthenticated,)

    def get(self, request):
        return Response({"user": request.user.get_username()})


urlpatterns = [
    path("admin/", admin.site.urls),
    path("auth/", include("token_revocation.urls")),
    path("auth/", include("token_revocation.sessions.urls")),
    path("account/sessions/", include("token_revocation.sessions.pages.urls")),
    path("protected/", ProtectedView.as_view(), name="protected"),
]
