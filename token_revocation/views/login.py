"""Log in."""

from __future__ import annotations

from django.contrib.auth.signals import user_logged_in
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from token_revocation import services
from token_revocation.serializers import IssuedTokenSerializer
from token_revocation.throttling import LoginThrottle
from token_revocation.views.base import RevocationAPIView


class LoginView(RevocationAPIView):
    """Give a token for a user name and a password."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (LoginThrottle,)

    def post(self, request: Request) -> Response:
        credentials = AuthTokenSerializer(data=request.data, context={"request": request})
        credentials.is_valid(raise_exception=True)
        user = credentials.validated_data["user"]
        issued = services.issue(user)
        if issued is None:
            raise NotFound
        user_logged_in.send(sender=type(user), request=request._request, user=user)
        return Response(IssuedTokenSerializer(issued).data)
