"""HTTP in, one service call, HTTP out."""

from __future__ import annotations

from token_revocation.views.base import Classes, RevocationAPIView
from token_revocation.views.leaked import LeakedTokensView
from token_revocation.views.login import LoginView
from token_revocation.views.logout import LogoutAllView, LogoutView
from token_revocation.views.revoke import RawTokenView, RevokeView
from token_revocation.views.tokens import TokenDetailView, TokenListView
from token_revocation.views.users import MayLogOutUsers, UserRevokeView

__all__ = [
    "Classes",
    "LeakedTokensView",
    "LoginView",
    "LogoutAllView",
    "LogoutView",
    "MayLogOutUsers",
    "RawTokenView",
    "RevocationAPIView",
    "RevokeView",
    "TokenDetailView",
    "TokenListView",
    "UserRevokeView",
]
