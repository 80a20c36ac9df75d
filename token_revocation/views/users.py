"""View that logs another user out, for staff."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework import status
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from token_revocation import services
from token_revocation._rows import find_users
from token_revocation.serializers import UserRevokeSerializer
from token_revocation.views.base import RevocationAPIView


def has_perm(user: Any, permission: str) -> bool:
    """Return whether ``user`` has ``permission``.

    Args:
        user: A user, of a model with or without permissions; ``None`` for a client.
        permission: ``app_label.codename``.
    """
    check = getattr(user, "has_perm", None)
    return bool(check and check(permission))


class MayLogOutUsers(BasePermission):
    """Allow staff who may add a cutoff."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        is_staff = bool(getattr(request.user, "is_staff", False))
        return is_staff and has_perm(request.user, "token_revocation.add_tokencutoff")


class UserRevokeView(RevocationAPIView):
    """Revoke all tokens of a user."""

    permission_classes = (IsAuthenticated, MayLogOutUsers)

    def post(self, request: Request, user_id: str, *args: Any, **kwargs: Any) -> Response:
        serializer = UserRevokeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        found = find_users(pk=user_id) if user_id.isprintable() else []
        if not found:
            raise Http404
        services.revoke_all(found[0], revoked_by=request.user, **serializer.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)
