"""Revocation of sessions in the admin: by an action, and on the page of a user."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from token_revocation.admin._log import CHANGE, log_action
from token_revocation.admin._user_sections import UserSection
from token_revocation.services import RevocationDetails
from token_revocation.sessions._admin_rows import annotate_devices
from token_revocation.sessions._ends import find_ends
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import active_sessions, end_sessions

VIEW_PERMISSIONS = ("token_sessions.view_tokensession", "token_sessions.change_tokensession")
MAX_SESSIONS = 100
"""The number of sessions that the page of a user lists, the last used first."""


def revoke_sessions(
    request: HttpRequest, rows: Sequence[TokenSession], details: RevocationDetails
) -> int:
    """Revoke the sessions that have not ended, log it, and return their number."""
    ends = find_ends(rows)
    active = [row for row in rows if row.pk not in ends]
    end_sessions(active, **details)
    log_action(request, active, CHANGE, "Revoked.")
    return len(active)


def get_section_context(request: HttpRequest, user: Any) -> dict[str, Any] | None:
    """Return the context of the active sessions of ``user``."""
    if not any(map(request.user.has_perm, VIEW_PERMISSIONS)):
        return None
    rows: list[Any] = active_sessions(user)
    return {
        "sessions": annotate_devices(rows[:MAX_SESSIONS]),
        "more": len(rows) - MAX_SESSIONS,
        "user_ref": str(user.pk),
    }


def revoke_session(
    request: HttpRequest, user: Any, session_id: str, details: RevocationDetails
) -> str:
    """Revoke the active session of ``user`` with this ID."""
    rows = [row for row in active_sessions(user) if str(row.pk) == session_id]
    if not rows:
        return _("The session is no longer active.")
    revoke_sessions(request, rows, details)
    return _("Session %s was revoked.") % rows[0].pk.hex[:8]


USER_SECTION = UserSection(
    name="session",
    template="admin/token_sessions/user_sessions.html",
    get_context=get_section_context,
    revoke=revoke_session,
)
