"""The limit on the number of sessions of a user, ``MAX_SESSIONS``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from token_revocation.conf import settings
from token_revocation.exceptions import TooManySessions
from token_revocation.models import Reason
from token_revocation.services._accounts import abort_concurrent_logins
from token_revocation.sessions._changes import end_sessions
from token_revocation.sessions._idle import is_idle
from token_revocation.sessions._lists import active_sessions
from token_revocation.sessions.models import TokenSession, session_row_id
from token_revocation.tokens import TokenRef


def enforce_limit(token: TokenRef, user: Any, *, using: str) -> None:
    """Make room for the session of ``token``, which a login issues and nothing has recorded.

    The caller has locked the row of ``user``, so that the number is exact.

    Args:
        token: The new token, or one of an existing session.
        user: Its user.
        using: The database alias, in a transaction.

    Raises:
        TooManySessions: The user has ``MAX_SESSIONS`` sessions already.
        RevocationUnavailable: The database failed.
    """
    limit: int | None = settings.MAX_SESSIONS
    if limit is None or token.subject("user") is None:
        return
    abort_concurrent_logins(user, using)
    sessions = _end_idle(active_sessions(user, using=using), using)
    if session_row_id(token) in {session.pk for session in sessions}:
        return
    excess = sessions[limit - 1 :]
    if not excess:
        return
    if settings.MAX_SESSIONS_ACTION == "reject":
        raise TooManySessions
    end_sessions(excess, using=using, reason=Reason.SESSION_LIMIT)


def _end_idle(sessions: Sequence[TokenSession], using: str) -> Sequence[TokenSession]:
    """End those ``sessions`` that were not used for too long; return the others."""
    idle = [session for session in sessions if is_idle(session.kind, session.last_used_at)]
    if idle:
        end_sessions(idle, using=using, reason=Reason.IDLE)
    return [session for session in sessions if session not in idle]
