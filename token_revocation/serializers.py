"""Serializers of the endpoints.

Only the response to a login contains a raw token.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from django.contrib.auth import get_user_model
from rest_framework import serializers

from token_revocation.models import MAX_REASON_LENGTH, Reason, validate_reason
from token_revocation.tokens import IssuedToken, TokenRef

MAX_TOKENS = 1000


class UTCDateTimeField(serializers.DateTimeField):
    """A time in UTC, regardless of the time zone of the project."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class IssuedTokenSerializer(serializers.Serializer[IssuedToken]):
    """The response to a login, with the raw token."""

    token = serializers.CharField(source="raw")
    kind = serializers.CharField(source="ref.kind")
    expires_at = UTCDateTimeField(source="ref.expires_at", allow_null=True)


class CredentialsSerializer(serializers.Serializer[Any]):
    """The credentials of a login: ``USERNAME_FIELD`` and a password.

    ``username`` is accepted as an alias of ``USERNAME_FIELD``.
    """

    password = serializers.CharField(
        write_only=True, trim_whitespace=False, style={"input_type": "password"}
    )

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the username under the name that the client sent."""
        username = serializers.CharField(write_only=True)
        return {self._username_field(): username, **super().get_fields()}

    def _username_field(self) -> str:
        username_field: str = get_user_model().USERNAME_FIELD
        data = getattr(self, "initial_data", None)
        has_alias = isinstance(data, Mapping) and username_field not in data and "username" in data
        return "username" if has_alias else username_field


class ActiveTokenSerializer(serializers.Serializer[Any]):
    """An active token of a user, or the newest token of a session.

    ``id`` identifies the session if there is one, and does not change when its tokens do.
    ``current`` is whether the request belongs to this session or token.
    """

    id = serializers.UUIDField(source="family_key")
    kind = serializers.CharField()
    fingerprint = serializers.CharField()
    issued_at = UTCDateTimeField(allow_null=True)
    expires_at = UTCDateTimeField(allow_null=True)
    current = serializers.SerializerMethodField()

    def get_current(self, token: TokenRef) -> bool:
        current = self.context["current"]
        return current is not None and token.family_key == current.family_key


class LogoutAllSerializer(serializers.Serializer[Any]):
    """Options of a logout everywhere."""

    keep_current = serializers.BooleanField(default=False)


class RawTokenField(serializers.CharField):
    """Any string, without validation, because an invalid token is not an error."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_blank=True, **kwargs)
        self.validators = []


class ReasonField(serializers.CharField):
    """A reason of a revocation, except the reserved one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_REASON_LENGTH, **kwargs)
        self.validators.append(validate_reason)


class LeakedTokensSerializer(serializers.Serializer[Any]):
    """Leaked tokens, with a reason and a note."""

    tokens = serializers.ListField(
        child=RawTokenField(), write_only=True, allow_empty=False, max_length=MAX_TOKENS
    )
    reason = ReasonField(default=Reason.LEAKED.value)
    note = serializers.CharField(default="", allow_blank=True, max_length=1000)


class LeakReportSerializer(serializers.Serializer[Any]):
    """The counts in a :class:`~token_revocation.services.LeakReport`."""

    received = serializers.IntegerField()
    matched = serializers.IntegerField()
    revoked = serializers.IntegerField()


class UserRevokeSerializer(serializers.Serializer[Any]):
    """The reason and a note when staff log out a user."""

    reason = ReasonField(default=Reason.ADMIN.value)
    note = serializers.CharField(default="", allow_blank=True, max_length=1000)
