"""Views that list the active tokens of the user and revoke one of them."""

from __future__ import annotations

import uuid
from typing import Any

from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from token_revocation import services
from token_revocation._request_tokens import get_request_user
from token_revocation.authentication import current_token
from token_revocation.models import Reason
from token_revocation.permissions import RecentLoginForOthers
from token_revocation.serializers import ActiveTokenSerializer
from token_revocation.views.base import RevocationAPIView


class HasAccount(BasePermission):
    """Allow users, but not clients that act on their own behalf."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return get_request_user(request) is not None


class TokenListView(RevocationAPIView):
    """List the active tokens of the user."""

    permission_classes = (HasAccount,)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        tokens = services.active_tokens(get_request_user(request))
        context = {"current": current_token(request)}
        serializer = ActiveTokenSerializer(instance=tokens, many=True, context=context)
        return Response(serializer.data)


class TokenDetailView(RevocationAPIView):
    """Revoke one of the active tokens of the user; 404 for any other token.

    With ``SESSION_REVOKE_MAX_AGE``, revoking that of another session requires a recent login.
    """

    permission_classes = (HasAccount, RecentLoginForOthers)

    def delete(self, request: Request, token_id: uuid.UUID, *args: Any, **kwargs: Any) -> Response:
        user = get_request_user(request)
        tokens = services.active_tokens(user)
        token = next((token for token in tokens if token.family_key == token_id), None)
        if token is None:
            raise NotFound
        self.check_object_permissions(request, token)
        services.log_out(token, reason=Reason.REVOKED, revoked_by=user)
        return Response(status=status.HTTP_204_NO_CONTENT)
