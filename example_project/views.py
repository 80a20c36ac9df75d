"""The API that tokens open, and the keys by which others verify them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from rest_framework.generics import RetrieveAPIView
from rest_framework.serializers import CharField, Serializer

from example_project.signing_key import public_part
from token_revocation.conf import settings


class HelloSerializer(Serializer[Any]):
    """The name of a user."""

    hello = CharField(source="get_username")


class HelloView(RetrieveAPIView[Any]):
    """Greet whoever holds an accepted token."""

    serializer_class = HelloSerializer

    def get_object(self) -> Any:
        return self.request.user


def keys(request: HttpRequest) -> JsonResponse:
    """The public key, as a set (RFC 7517, section 5)."""
    return JsonResponse({"keys": [public_part(settings.SIGNING_JWK or {})]})
