"""The polling endpoint of the event feed (RFC 8936)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from token_revocation.standards.event_feed._events import event_token
from token_revocation.standards.event_feed._poll import MAX_EVENTS, poll
from token_revocation.views import RevocationAPIView, has_perm


class MayReadFeed(BasePermission):
    """Permission to read the feed: that to view revoked tokens."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return has_perm(request.user, "token_revocation.view_revokedtoken")


class PollSerializer(serializers.Serializer[Any]):
    """The body of a poll (RFC 8936, section 2.2).

    ``returnImmediately`` has no effect: every poll returns immediately, as waiting would occupy
    a worker.
    """

    maxEvents = serializers.IntegerField(required=False, min_value=0, allow_null=True)  # noqa: N815
    returnImmediately = serializers.BooleanField(required=False)  # noqa: N815
    ack = serializers.ListField(
        child=serializers.CharField(max_length=64), required=False, max_length=MAX_EVENTS
    )
    setErrs = serializers.DictField(required=False)  # noqa: N815

    @property
    def acknowledged(self) -> set[str]:
        """The events that the receiver has processed or rejected (section 2.4)."""
        data = self.validated_data
        return {*data.get("ack", ()), *data.get("setErrs", ())}


class PollView(RevocationAPIView):
    """Return the next events, signed for the caller as the receiver."""

    permission_classes = (MayReadFeed,)
    parser_classes = (JSONParser,)
    renderer_classes = (JSONRenderer,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        body = PollSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        name = str(request.user.get_username())
        limit = body.validated_data.get("maxEvents")
        batch = poll(name, limit=limit, acknowledged=body.acknowledged)
        sets = {event[0].jti: event_token(event, name) for event in batch.events}
        return Response({"sets": sets, "moreAvailable": batch.more_available})
