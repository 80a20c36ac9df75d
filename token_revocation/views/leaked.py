"""For staff: end the tokens that somebody found where they do not belong."""

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
from token_revocation.serializers import MAX_TOKENS, LeakedTokensSerializer, LeakSerializer
from token_revocation.views.base import RevocationAPIView
from token_revocation.views.users import MayLogOutUsers

__all__ = ["MAX_BODY", "MAX_TOKENS", "LeakedTokensView"]

MAX_BODY = 2**20


class CappedJSONParser(JSONParser):
    """Reads a mebibyte, whatever length the client gives; a longer body is a 413."""

    def parse(self, stream: Any, *args: Any, **kwargs: Any) -> Any:
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise TooLong
        return super().parse(BytesIO(body), *args, **kwargs)


class LeakedTokensView(RevocationAPIView):
    """End each token in a list, with its session. Nothing of the list is kept, or answered."""

    permission_classes = (IsAuthenticated, MayLogOutUsers)
    parser_classes = (CappedJSONParser,)

    def post(self, request: Request) -> Response:
        body = LeakedTokensSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        cause = dict(body.validated_data)
        leak = services.revoke_leaked(cause.pop("tokens"), revoked_by=request.user, **cause)
        return Response(LeakSerializer(leak).data, status=status.HTTP_202_ACCEPTED)
