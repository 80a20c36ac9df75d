"""Requests to a view with given authentication classes."""

from __future__ import annotations

from rest_framework.authentication import TokenAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication


class BearerTokenAuthentication(RevocableTokenAuthentication):
    keyword = "Bearer"


class RealmTokenAuthentication(TokenAuthentication):
    def authenticate_header(self, request):
        return 'Token realm="api"'


class RevocableRealmTokenAuthentication(RevocationMixin, RealmTokenAuthentication):
    adapter = AuthTokenAdapter()


class SilentTokenAuthentication(TokenAuthentication):
    def authenticate_header(self, request):
        return None


class RevocableSilentAuthentication(RevocationMixin, SilentTokenAuthentication):
    adapter = AuthTokenAdapter()


def get_response(*classes, header=None):
    """Return the response of a view with these authentication classes."""

    class View(APIView):
        authentication_classes = classes
        permission_classes = (IsAuthenticated,)

        def get(self, request):
            return Response(request.user.get_username())

    headers = {} if header is None else {"HTTP_AUTHORIZATION": header}
    return View.as_view()(APIRequestFactory().get("/", **headers))


def request_with(header, *classes):
    """Return a DRF request with these authentication classes."""
    authenticators = [authentication() for authentication in classes]
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=header)
    return Request(request, authenticators=authenticators)
