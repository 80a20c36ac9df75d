"""Contestants of a refresh with rotation."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Self
from unittest import mock

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework_simplejwt.serializers import TokenRefreshSerializer
from rest_framework_simplejwt.tokens import RefreshToken, Token

from token_revocation.contrib.simplejwt import _session_rows
from token_revocation.contrib.simplejwt._receivers import ignore_blacklist
from token_revocation.contrib.simplejwt.serializers import RevocableTokenRefreshSerializer
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken, SessionToken

Environment = Callable[[], AbstractContextManager[Any]]


class UnlistedRefreshToken(RevocableRefreshToken):
    """The class as simplejwt defines it without its blacklist app."""

    @classmethod
    def for_user(cls, user: Any) -> Self:
        token: Self = SessionToken.for_user.__func__(cls, user)  # type: ignore[attr-defined]
        return token

    def verify(self) -> None:
        Token.verify(self)

    def outstand(self) -> None:
        return None


class UnlistedTokenRefreshSerializer(RevocableTokenRefreshSerializer):
    """The serializer without the blacklist app of simplejwt."""

    token_class = UnlistedRefreshToken


def without_sessions() -> AbstractContextManager[Any]:
    """Run as if the app of sessions were not installed."""
    return mock.patch.object(_session_rows, "is_installed", return_value=False)


CONTESTANTS: dict[str, tuple[type[Any], type[Any], Environment]] = {
    "simplejwt, blacklist app": (RefreshToken, TokenRefreshSerializer, ignore_blacklist),
    "a row per refresh, blacklist app": (
        RevocableRefreshToken,
        RevocableTokenRefreshSerializer,
        without_sessions,
    ),
    "a row per refresh": (UnlistedRefreshToken, UnlistedTokenRefreshSerializer, without_sessions),
    "a row per session, blacklist app": (
        RevocableRefreshToken,
        RevocableTokenRefreshSerializer,
        nullcontext,
    ),
    "a row per session": (UnlistedRefreshToken, UnlistedTokenRefreshSerializer, nullcontext),
}


class Refreshes:
    """The refreshes of one session, each with the token of the one before."""

    def __init__(
        self, token_class: type[Any], serializer: type[Any], environment: Environment
    ) -> None:
        self.token_class, self.serializer, self.environment = token_class, serializer, environment
        users = get_user_model()._default_manager
        self.user = users.get_or_create(username="rotation", email="rotation@example.com")[0]
        self.begin()

    def begin(self) -> None:
        """Log in."""
        with self.environment():
            self.raw = str(self.token_class.for_user(self.user))

    def refresh(self) -> None:
        """Refresh, and keep the new refresh token."""
        with self.environment():
            serializer = self.serializer(data={"refresh": self.raw})
            serializer.is_valid(raise_exception=True)
        self.raw = serializer.validated_data["refresh"]

    def queries(self) -> int:
        """Return the number of statements of a refresh, without those of transactions."""
        with CaptureQueriesContext(connection) as captured:
            self.refresh()
        words = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        return sum(not query["sql"].startswith(words) for query in captured)
