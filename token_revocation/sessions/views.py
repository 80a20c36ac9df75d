"""Views of sessions: list, rename and revoke them."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from rest_framework import status
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from token_revocation._request_tokens import clear_token_cookies, get_request_user
from token_revocation._rows import find_users
from token_revocation.authentication import current_token
from token_revocation.models import Reason
from token_revocation.permissions import RecentLoginIfRequired
from token_revocation.sessions import services
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.serializers import SessionNameSerializer, SessionSerializer
from token_revocation.views import PermissionClasses, RevocationAPIView, has_perm
from token_revocation.views.tokens import HasAccount

STAFF_PERMISSIONS = {
    "GET": "token_sessions.view_tokensession",
    "HEAD": "token_sessions.view_tokensession",
    "PATCH": "token_sessions.change_tokensession",
    "DELETE": "token_revocation.add_tokencutoff",
}


class MayManageSessions(BasePermission):
    """Allow staff with the permission for the method, if the views support it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        is_staff = bool(getattr(request.user, "is_staff", False))
        permission = STAFF_PERMISSIONS.get(request.method or "")
        return is_staff and (permission is None or has_perm(request.user, permission))


class RecentLoginForOthers(RecentLoginIfRequired):
    """Require a recent login to revoke another session than that of the request."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return True

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        return obj.is_current or super().has_permission(request, view)


class SessionView(RevocationAPIView):
    """Base class of views of the sessions of one user."""

    permission_classes: PermissionClasses = (HasAccount,)
    reason: str = Reason.REVOKED.value
    """The reason that a revocation stores."""

    def get_owner(self) -> Any:
        """Return the user whose sessions these are."""
        return get_request_user(self.request)


class SessionListView(SessionView):
    """List the active sessions of the user, last used first."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        sessions = services.list_sessions(
            self.get_owner(), current=current_token(request), request=request
        )
        return Response(SessionSerializer(sessions, many=True).data)


class SessionDetailView(SessionView):
    """Rename or revoke one session of the user; 404 for any other session.

    With ``SESSION_REVOKE_MAX_AGE``, revoking another session requires a recent login.
    """

    permission_classes: PermissionClasses = (HasAccount, RecentLoginForOthers)

    def patch(self, request: Request, session_id: uuid.UUID, *args: Any, **kwargs: Any) -> Response:
        serializer = SessionNameSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        owner, session = self.get_session(session_id)
        if session.ended_at is not None:
            raise Http404
        services.rename_session(session, serializer.validated_data["name"])
        (listed,) = services.describe_sessions(owner, [session], current=current_token(request))
        return Response(SessionSerializer(listed).data)

    def delete(
        self, request: Request, session_id: uuid.UUID, *args: Any, **kwargs: Any
    ) -> Response:
        owner, session = self.get_session(session_id)
        (listed,) = services.describe_sessions(owner, [session], current=current_token(request))
        self.check_object_permissions(request, listed)
        services.end_session(session, reason=self.reason, revoked_by=get_request_user(request))
        response = Response(status=status.HTTP_204_NO_CONTENT)
        if listed.is_current:
            clear_token_cookies(response)
        return response

    def get_session(self, session_id: uuid.UUID) -> tuple[Any, TokenSession]:
        """Return the user and the session with ``session_id``.

        Raises:
            Http404: The user has no such session.
        """
        owner = self.get_owner()
        session = services.find_session(
            owner, session_id, current=current_token(self.request), request=self.request
        )
        if session is None:
            raise Http404
        return owner, session


class RevokeOtherSessionsView(RevocationAPIView):
    """Revoke all sessions and tokens of the user, except for the session of the request."""

    permission_classes = (HasAccount, RecentLoginIfRequired)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        user = get_request_user(request)
        services.end_other_sessions(
            user, keep=current_token(request), reason=Reason.LOGOUT_ALL, revoked_by=user
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class OfOtherUserMixin(SessionView):
    """Makes a view one of the user in the URL, for staff."""

    permission_classes: PermissionClasses = (IsAuthenticated, MayManageSessions)
    reason = Reason.ADMIN.value

    def get_owner(self) -> Any:
        """Return the user in the URL.

        Raises:
            Http404: There is no such user.
        """
        user_id = self.kwargs["user_id"]
        found = find_users(pk=user_id) if user_id.isprintable() else []
        if not found:
            raise Http404
        return found[0]


class UserSessionListView(OfOtherUserMixin, SessionListView):
    """List the active sessions of another user, for staff."""


class UserSessionDetailView(OfOtherUserMixin, SessionDetailView):
    """Rename or revoke one session of another user, for staff."""
