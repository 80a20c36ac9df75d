"""Receiver that revokes the tokens of a session at its logout."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out

from token_revocation import services
from token_revocation.adapters import get_adapters
from token_revocation.contrib.allauth import _sessions
from token_revocation.models import Reason

KIND = "allauth"


def connect() -> None:
    """Connect to the signal of ``django.contrib.auth.logout()``, which allauth calls."""
    user_logged_out.connect(revoke_session_tokens, dispatch_uid="token_revocation.allauth")


def revoke_session_tokens(*, request: Any, user: Any, **kwargs: Any) -> None:
    """Revoke the tokens of the session that logs out, if an app holds any."""
    session = getattr(request, "session", None)
    key = getattr(session, "session_key", None)
    if key and KIND in get_adapters() and _sessions.has_tokens(session):
        identifier = _sessions.hash_session_key(key)
        services.revoke_session(identifier, user=user, reason=Reason.LOGOUT, revoked_by=user)
