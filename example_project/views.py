"""The API of the demonstration."""

from __future__ import annotations

from typing import Any

from rest_framework.generics import RetrieveAPIView
from rest_framework.serializers import CharField, Serializer


class HelloSerializer(Serializer[Any]):
    """The name of a user."""

    hello = CharField(source="get_username")


class HelloView(RetrieveAPIView[Any]):
    """Greet the user of the token."""

    serializer_class = HelloSerializer

    def get_object(self) -> Any:
        return self.request.user
