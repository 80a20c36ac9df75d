"""Views of the HTTP API: log in, log out, list and revoke tokens."""

from __future__ import annotations

from token_revocation.views.base import PermissionClasses, RevocationAPIView
from token_revocation.views.leaked import LeakedTokensView
from token_revocation.views.login import LoginView
from token_revocation.views.logout import LogoutAllView, LogoutView
from token_revocation.views.revoke import RawTokenView, RevokeView
from token_revocation.views.tokens import TokenDetailView, TokenListView
from token_revocation.views.users import MayLogOutUsers, UserRevokeView, has_perm

__all__ = [
    "LeakedTokensView",
    "LoginView",
    "LogoutAllView",
    "LogoutView",
    "MayLogOutUsers",
    "PermissionClasses",
    "RawTokenView",
    "RevocationAPIView",
    "RevokeView",
    "TokenDetailView",
    "TokenListView",
    "UserRevokeView",
    "has_perm",
]
