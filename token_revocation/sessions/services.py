"""Service functions of sessions."""

from __future__ import annotations

from token_revocation.sessions._changes import (
    end_other_sessions,
    end_session,
    end_sessions,
    rename_session,
)
from token_revocation.sessions._lists import (
    ListedSession,
    active_sessions,
    describe_sessions,
    find_session,
    list_sessions,
)
from token_revocation.sessions._rotation import rotate_session
from token_revocation.sessions._uses import record_uses

__all__ = [
    "ListedSession",
    "active_sessions",
    "describe_sessions",
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "find_session",
    "list_sessions",
    "record_uses",
    "rename_session",
    "rotate_session",
]
