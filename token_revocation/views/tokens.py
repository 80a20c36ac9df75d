"""List one's tokens, and end one of them."""

from __future__ import annotations

import uuid

from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from token_revocation import services
from token_revocation.authentication import current_token
from token_revocation.models import Reason
from token_revocation.serializers import ActiveTokenSerializer
from token_revocation.views.base import RevocationAPIView


class TokenListView(RevocationAPIView):
    """The active tokens of the user."""

    def get(self, request: Request) -> Response:
        tokens = services.active_tokens(request.user)
        context = {"current": current_token(request)}
        answer = ActiveTokenSerializer(instance=tokens, many=True, context=context)
        return Response(answer.data)


class TokenDetailView(RevocationAPIView):
    """One of the user's active tokens; anybody else's does not exist here."""

    def delete(self, request: Request, token_id: uuid.UUID) -> Response:
        tokens = services.active_tokens(request.user)
        token = next((token for token in tokens if token.family_key == token_id), None)
        if token is None:
            raise NotFound
        services.log_out(token, reason=Reason.REVOKED, revoked_by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
