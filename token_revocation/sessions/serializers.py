"""Serializers of the endpoints of sessions."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from token_revocation.models import MAX_NAME_LENGTH
from token_revocation.serializers import UTCDateTimeField


class DeviceSerializer(serializers.Serializer[Any]):
    """The device that the user agent names. Each name may be empty."""

    browser = serializers.CharField()
    os = serializers.CharField()
    model = serializers.CharField()


class SessionSerializer(serializers.Serializer[Any]):
    """A session of a user.

    ``current`` is whether the request belongs to it. ``application`` and ``scopes`` are those of
    OAuth 2.0, and null for other kinds.
    """

    id = serializers.UUIDField(source="row.pk")
    kind = serializers.CharField(source="row.kind")
    name = serializers.CharField(source="row.name")
    device = DeviceSerializer(allow_null=True)
    user_agent = serializers.CharField()
    ip_address = serializers.IPAddressField(source="row.ip_address", allow_null=True)
    created_at = UTCDateTimeField(allow_null=True)
    last_used_at = UTCDateTimeField(source="row.last_used_at")
    expires_at = UTCDateTimeField(allow_null=True)
    current = serializers.BooleanField(source="is_current")
    application = serializers.CharField(allow_null=True)
    scopes = serializers.ListField(child=serializers.CharField(), allow_null=True)


class SessionNameSerializer(serializers.Serializer[Any]):
    """The new name of a session; an empty one removes it."""

    name = serializers.CharField(allow_blank=True, max_length=MAX_NAME_LENGTH)
