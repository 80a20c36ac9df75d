"""The API that tokens open, and the keys by which others verify them."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from example_project.signing_key import public_part
from token_revocation.conf import settings


@api_view()
def hello(request: Request) -> Response:
    """Greet whoever holds an accepted token."""
    return Response({"hello": request.user.get_username()})


def keys(request: HttpRequest) -> JsonResponse:
    """The public key, as a set (RFC 7517, section 5)."""
    return JsonResponse({"keys": [public_part(settings.SIGNING_JWK or {})]})
