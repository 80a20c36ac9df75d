"""The absolute lifetime of sessions, ``SESSION_LIFETIME``, computed without a query."""

from __future__ import annotations

from datetime import datetime, timedelta

from token_revocation.clock import now
from token_revocation.conf import settings
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, TokenRef


def get_session_end(login_at: datetime | None) -> datetime | None:
    """Return when a session of a login at ``login_at`` ends; ``None`` is never.

    A session whose login time is unknown has ended.
    """
    lifetime: timedelta | None = settings.SESSION_LIFETIME
    return None if lifetime is None else (login_at or BEFORE_ALL_CUTOFFS) + lifetime


def get_expiry(token: TokenRef) -> datetime | None:
    """Return when ``token`` expires, at the latest with its session."""
    ends = [token.expires_at, get_session_end(token.issued_at) if _has_session(token) else None]
    return min(filter(None, ends), default=None)


def has_session_ended(token: TokenRef) -> bool:
    """Return whether the session of ``token`` is older than ``SESSION_LIFETIME``."""
    if settings.SESSION_LIFETIME is None or not _has_session(token):
        return False
    end = get_session_end(token.issued_at)
    return end is not None and end <= now()


def _has_session(token: TokenRef) -> bool:
    """Return whether a user logged in for ``token``; a client has no login."""
    return any(subject.type in {"user", "session"} for subject in token.subjects)
