"""View that revokes leaked tokens, for staff."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from rest_framework import status
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from token_revocation import services
from token_revocation.exceptions import TooLong
from token_revocation.serializers import MAX_TOKENS, LeakedTokensSerializer, LeakReportSerializer
from token_revocation.views._parsers import MAX_BODY_BYTES
from token_revocation.views.base import RevocationAPIView
from token_revocation.views.users import MayLogOutUsers

__all__ = ["MAX_BODY_BYTES", "MAX_TOKENS", "LeakedTokensView"]


class BoundedJSONParser(JSONParser):
    """A JSON parser that rejects a body of more than ``MAX_BODY_BYTES`` with 413."""

    def parse(self, stream: Any, *args: Any, **kwargs: Any) -> Any:
        body = stream.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise TooLong
        return super().parse(BytesIO(body), *args, **kwargs)


class LeakedTokensView(RevocationAPIView):
    """Revoke the tokens of a list and their sessions, and return how many were found.

    The list is neither stored nor returned.
    """

    permission_classes = (IsAuthenticated, MayLogOutUsers)
    parser_classes = (BoundedJSONParser,)

    def get_parsers(self) -> list[Any]:
        return [BoundedJSONParser()]

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        body = LeakedTokensSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        details = dict(body.validated_data)
        report = services.revoke_leaked(details.pop("tokens"), revoked_by=request.user, **details)
        return Response(LeakReportSerializer(report).data, status=status.HTTP_202_ACCEPTED)
