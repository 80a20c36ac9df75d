"""Rows of sessions."""

from __future__ import annotations

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

from token_revocation.clock import now
from token_revocation.sessions.models import TokenSession, UserAgent


def make_session(user=None, *, user_agent="", using=None, **columns):
    """Insert the row of an active session, with tokens that name it."""
    created_at = columns.pop("created_at", None) or now() - timedelta(hours=1)
    expires_at = columns.pop("expires_at", created_at + timedelta(days=1))
    row = {
        "kind": "simplejwt",
        "user_ref": str(user.pk) if user else "",
        "created_at": created_at,
        "last_used_at": created_at,
        "expires_at": expires_at,
        "purge_after": columns.get("ended_at") or expires_at,
        "current_key": uuid4(),
        "user_agent": make_user_agent(user_agent, using) if user_agent else None,
    }
    return TokenSession.objects.using(using).create(**row | columns)


def make_user_agent(text, using=None):
    """Insert a user agent, or return the existing one."""
    row_id = uuid5(NAMESPACE_URL, text)
    rows = UserAgent.objects.using(using)
    return rows.get_or_create(id=row_id, defaults={"text": text})[0]
