"""Tokens that know the session they belong to."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import uuid4

from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, SlidingToken, Token

from token_revocation.clock import database_now
from token_revocation.contrib.simplejwt import claims
from token_revocation.contrib.simplejwt.live import LiveSetting
from token_revocation.services.transactions import reading
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, TokenRef


class SessionToken(Token):
    """Begins a session: ``sid`` names it, and ``auth_time`` is when, by the database's clock.

    Whatever simplejwt makes of the token carries both. It goes behind simplejwt's own class::

        class MyRefreshToken(RefreshToken, SessionToken):
            access_token_class = MyAccessToken
    """

    @classmethod
    def for_user(cls, user: Any) -> Self:
        """A token of a new session. Raises ``RevocationUnavailable`` if nobody knows the time."""
        token = super().for_user(user)
        with reading(None) as alias:
            token[claims.AUTH_TIME] = database_now(alias).timestamp()
        token[claims.SESSION] = str(uuid4())
        return token


class RevocableAccessToken(AccessToken, SessionToken):
    """simplejwt's ``AccessToken``, in a session."""

    lifetime = LiveSetting("ACCESS_TOKEN_LIFETIME")


class RevocableRefreshToken(RefreshToken, SessionToken):  # type: ignore[misc]
    """simplejwt's ``RefreshToken``, in a session."""

    lifetime = LiveSetting("REFRESH_TOKEN_LIFETIME")
    access_token_class = RevocableAccessToken


class RevocableSlidingToken(SlidingToken, SessionToken):  # type: ignore[misc]
    """simplejwt's ``SlidingToken``, in a session."""

    lifetime = LiveSetting("SLIDING_TOKEN_LIFETIME")


def keep_in_session(token: Any, ref: TokenRef) -> None:
    """Let what is made of ``token`` end when ``token`` does, though it was issued without a session.

    It belongs to the same session, and is no younger than ``token``.
    """
    session = ref.subject("session")
    if session is not None:
        token[claims.SESSION] = session.id
    issued_at: datetime = ref.issued_at or BEFORE_ALL_CUTOFFS
    token[claims.AUTH_TIME] = issued_at.timestamp()
