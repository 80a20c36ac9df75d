"""For staff: log another user out."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.http import Http404
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from token_revocation import services
from token_revocation.serializers import UserRevokeSerializer
from token_revocation.views.base import RevocationAPIView


class MayLogOutUsers(BasePermission):
    """Staff who may add a cutoff."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        may = getattr(user, "has_perm", None)  # A model of users need not have either.
        return bool(may and user.is_staff and may("token_revocation.add_tokencutoff"))


class UserRevokeView(RevocationAPIView):
    """End every token of another user."""

    permission_classes = (IsAuthenticated, MayLogOutUsers)

    def post(self, request: Request, user_id: str) -> Response:
        cause = UserRevokeSerializer(data=request.data)
        cause.is_valid(raise_exception=True)
        if not user_id.isprintable():
            raise Http404
        user = get_object_or_404(get_user_model(), pk=user_id)
        services.revoke_all(user, revoked_by=request.user, **cause.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)
