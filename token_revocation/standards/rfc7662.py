"""OAuth 2.0 Token Introspection (RFC 7662), for tokens of every kind.

Include it for resource servers, whose users need the permission to view revoked tokens::

    path("introspect/", include("token_revocation.standards.rfc7662"))
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn

from django.urls import path
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from token_revocation._session_lifetime import get_expiry
from token_revocation.conf import settings
from token_revocation.standards._token_authentication import AuthenticatedToken, authenticate_token
from token_revocation.tokens import TokenRef
from token_revocation.views import PermissionClasses, RawTokenView, has_perm


class MayIntrospect(BasePermission):
    """Permission to introspect any token: that to view revoked tokens."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return has_perm(request.user, "token_revocation.view_revokedtoken")


class IntrospectionView(RawTokenView):
    """Introspect a token: it is active if a request with it would be accepted."""

    permission_classes: PermissionClasses = (MayIntrospect,)
    renderer_classes: Any = (JSONRenderer,)
    token_classes: Sequence[type] | None = None
    """Authentication classes that decide; ``None`` for ``DEFAULT_AUTHENTICATION_CLASSES``."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        accepted = authenticate_token(
            self.get_raw_token(request), self.token_classes, request=request
        )
        return Response(describe_token(accepted) if accepted else {"active": False})

    def permission_denied(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """Respond with 401, also to a caller without the permission (section 2.3)."""
        raise NotAuthenticated


def describe_token(accepted: AuthenticatedToken) -> dict[str, Any]:
    """Return the members of section 2.2 that are known of a token.

    Args:
        accepted: The token that was authenticated.
    """
    adapter = accepted.authenticator.adapter
    token: TokenRef = adapter.identify(accepted.token)
    subject, client = token.subject("user"), token.subject("client")
    members = {
        "active": True,
        "token_type": accepted.scheme,
        "sub": subject.id if subject else None,
        "username": _username(accepted.user),
        "client_id": client.id if client else None,
        "iat": _timestamp(token.issued_at),
        "exp": _timestamp(get_expiry(token)),
        "iss": token.issuer or settings.ISSUER or None,
        "jti": token.identifier,
        **adapter.claims(accepted.token),
    }
    return {name: value for name, value in members.items() if value is not None}


def _username(user: Any) -> str | None:
    """Return the name of ``user``, or ``None`` for a client (RFC 6749, 4.4)."""
    get_username = getattr(user, "get_username", None)  # Custom user objects may lack it.
    # The name may be a number or a UUID, but the member is a string (section 2.2).
    return (str(get_username()) or None) if get_username else None


def _timestamp(time: datetime | None) -> int | None:
    return int(time.timestamp()) if time else None


urlpatterns = [path("", IntrospectionView.as_view(), name="introspect")]
