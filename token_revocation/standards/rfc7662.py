"""OAuth 2.0 Token Introspection (RFC 7662), for tokens of every kind.

Include it where resource servers are to ask; their users need the permission to view revoked
tokens::

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

from token_revocation.conf import settings
from token_revocation.standards.presenting import Accepted, present
from token_revocation.tokens import TokenRef
from token_revocation.views import Classes, RawTokenView


class MayIntrospect(BasePermission):
    """Who may see revoked tokens may ask about any token."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.has_perm("token_revocation.view_revokedtoken")


class IntrospectionView(RawTokenView):
    """Whether a token is active: whether a request that carries it would be accepted now."""

    permission_classes: Classes = (MayIntrospect,)
    renderer_classes: Any = (JSONRenderer,)
    token_classes: Sequence[type] | None = None
    """The authentication classes to ask; those in ``DEFAULT_AUTHENTICATION_CLASSES`` if ``None``."""

    def post(self, request: Request) -> Response:
        accepted = present(self.raw_token(request), self.token_classes, asked_by=request)
        return Response(describe(accepted) if accepted else {"active": False})

    def permission_denied(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """401, also for a caller whose own token is good but not good enough (section 2.3)."""
        raise NotAuthenticated


def describe(accepted: Accepted) -> dict[str, Any]:
    """The members of section 2.2, those that are known."""
    token: TokenRef = accepted.by.adapter.identify(accepted.token)
    subject, client = token.subject("user"), token.subject("client")
    known = {
        "active": True,
        "token_type": accepted.scheme,
        "sub": subject.id if subject else None,
        "username": _username(accepted.user),
        "client_id": client.id if client else None,
        "iat": _seconds(token.issued_at),
        "exp": _seconds(token.expires_at),
        "iss": token.issuer or settings.ISSUER or None,
        "jti": token.identifier,
        **accepted.by.adapter.claims(accepted.token),
    }
    return {member: value for member, value in known.items() if value is not None}


def _username(user: Any) -> str | None:
    """``None`` where a client acts for itself (RFC 6749, section 4.4), or the user has no name."""
    return user.get_username() or None if user else None


def _seconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment else None


urlpatterns = [path("", IntrospectionView.as_view(), name="introspect")]
