"""The endpoint that receivers poll."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from token_revocation.standards.event_feed.polling import MAX_EVENTS, poll
from token_revocation.standards.event_feed.statements import statement
from token_revocation.views import RevocationAPIView


class MayReadFeed(BasePermission):
    """Who may see revoked tokens may read what happens to them."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.has_perm("token_revocation.view_revokedtoken")


class PollSerializer(serializers.Serializer[Any]):
    """What a receiver says. Section 2.2.

    ``returnImmediately`` is taken and changes nothing: how long a poll may wait is for the two
    parties to agree, and a process that serves one request at a time cannot wait at all.
    """

    maxEvents = serializers.IntegerField(required=False, min_value=0, allow_null=True)  # noqa: N815
    returnImmediately = serializers.BooleanField(required=False)  # noqa: N815
    ack = serializers.ListField(
        child=serializers.CharField(max_length=64), required=False, max_length=MAX_EVENTS
    )
    setErrs = serializers.DictField(required=False)  # noqa: N815

    @property
    def done(self) -> set[str]:
        """The events that were taken, and those that the receiver cannot take (section 2.4)."""
        said = self.validated_data
        return {*said.get("ack", ()), *said.get("setErrs", ())}


class PollView(RevocationAPIView):
    """The next events, each signed for the caller, who is the receiver."""

    permission_classes = (MayReadFeed,)
    parser_classes = (JSONParser,)
    renderer_classes = (JSONRenderer,)

    def post(self, request: Request) -> Response:
        said = PollSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        name = request.user.get_username()
        batch = poll(name, limit=said.validated_data.get("maxEvents"), done=said.done)
        sets = {place.jti: statement((place, fact), name) for place, fact in batch.events}
        return Response({"sets": sets, "moreAvailable": batch.more_available})
