"""A view that requires authentication, and requests to it."""

from __future__ import annotations

from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from token_revocation.contrib.knox import RevocableKnoxAuthentication


class ProtectedView(APIView):
    permission_classes = (IsAuthenticated,)

    def get(self, request):
        return Response(request.user.get_username())


def get_response(raw, authentication=RevocableKnoxAuthentication, header="Token %s"):
    """Return the response to a request with the token ``raw``."""
    view = ProtectedView.as_view(authentication_classes=[authentication])
    return view(APIRequestFactory().get("/", HTTP_AUTHORIZATION=header % raw))
