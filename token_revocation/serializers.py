"""What comes in and goes out over HTTP. No secret goes out but the token that was just issued."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from rest_framework import serializers

from token_revocation.models import MAX_REASON_LENGTH, Reason
from token_revocation.tokens import IssuedToken, TokenRef

MAX_TOKENS = 1000


class MomentField(serializers.DateTimeField):
    """In UTC, whatever the time zone of the project: a client has one of its own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class IssuedTokenSerializer(serializers.Serializer[IssuedToken]):
    """The answer to a login, the one time that the token is shown."""

    token = serializers.CharField(source="raw")
    kind = serializers.CharField(source="ref.kind")
    expires_at = MomentField(source="ref.expires_at", allow_null=True)


class ActiveTokenSerializer(serializers.Serializer[Any]):
    """One of a user's active tokens, or a session by its newest token.

    ``id`` is that of the session where there is one; it stays when its tokens change.
    ``current`` is the one that the request belongs to.
    """

    id = serializers.UUIDField(source="family_key")
    kind = serializers.CharField()
    fingerprint = serializers.CharField()
    issued_at = MomentField(allow_null=True)
    expires_at = MomentField(allow_null=True)
    current = serializers.SerializerMethodField()

    def get_current(self, token: TokenRef) -> bool:
        current = self.context["current"]
        return current is not None and token.family_key == current.family_key


class LogoutAllSerializer(serializers.Serializer[Any]):
    """What to spare."""

    keep_current = serializers.BooleanField(default=False)


class RawTokenField(serializers.CharField):
    """Any string at all: what is no token of ours is no error."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_blank=True, **kwargs)
        self.validators = []


class LeakedTokensSerializer(serializers.Serializer[Any]):
    """A list of leaked tokens, and what is known of the leak."""

    tokens = serializers.ListField(
        child=RawTokenField(), write_only=True, allow_empty=False, max_length=MAX_TOKENS
    )
    reason = serializers.CharField(default=Reason.LEAKED.value, max_length=MAX_REASON_LENGTH)
    note = serializers.CharField(default="", allow_blank=True, max_length=1000)


class LeakSerializer(serializers.Serializer[Any]):
    """What became of the list: three numbers, as in :class:`~token_revocation.services.Leak`."""

    given = serializers.IntegerField()
    found = serializers.IntegerField()
    ended = serializers.IntegerField()


class UserRevokeSerializer(serializers.Serializer[Any]):
    """Why a user is logged out by somebody else."""

    reason = serializers.CharField(default=Reason.ADMIN.value, max_length=MAX_REASON_LENGTH)
    note = serializers.CharField(default="", allow_blank=True, max_length=1000)
