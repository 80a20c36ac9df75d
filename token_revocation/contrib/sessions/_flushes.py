"""Revocation of sessions that other code flushes, such as a login of another user."""

from __future__ import annotations

from functools import partial
from typing import Any

from asgiref.sync import sync_to_async

from token_revocation.adapters import get_adapters
from token_revocation.contrib.sessions import _login_record
from token_revocation.contrib.sessions.adapter import SessionAdapter
from token_revocation.stores import get_store

ENDED_ATTRIBUTE = "_token_revocation_ended"

adapter = SessionAdapter()


def watch_flush(session: Any) -> None:
    """Let ``session.flush()`` revoke the session, of which a client may keep a copy.

    ``login()`` of Django flushes the session of another user before it sends any signal.
    """
    session.flush = partial(_revoke_and_flush, session, session.flush)
    session.aflush = partial(_revoke_and_aflush, session, session.aflush)


def set_ended(session: Any) -> None:
    """Let the next flush of ``session`` revoke nothing, as the session has ended already."""
    setattr(session, ENDED_ATTRIBUTE, True)


def _revoke_and_flush(session: Any, flush: Any) -> None:
    _revoke(session)
    flush()


async def _revoke_and_aflush(session: Any, aflush: Any) -> None:
    await sync_to_async(_revoke)(session)
    await aflush()


def _revoke(session: Any) -> None:
    # Models are loaded after the middleware is imported by its package.
    from token_revocation import services
    from token_revocation.models import Reason

    if vars(session).pop(ENDED_ATTRIBUTE, False) or adapter.kind not in get_adapters():
        return
    if _login_record.has_user(session):
        token = adapter.identify(session)
        if not get_store().is_revoked(token):
            services.log_out(token, reason=Reason.LOGOUT)
