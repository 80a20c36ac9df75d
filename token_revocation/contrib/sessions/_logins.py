"""Logins to sessions: their time, and their announcement to receivers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from token_revocation._observed_uses import serve
from token_revocation.clock import database_now
from token_revocation.contrib.sessions import _login_record
from token_revocation.contrib.sessions._requests import CheckedSession, adapter, set_checked
from token_revocation.models import Reason
from token_revocation.services import log_out
from token_revocation.services._accounts import lock_accounts
from token_revocation.services._issue import announce_login
from token_revocation.services._transactions import (
    TablesMissing,
    atomic_write,
    database_errors,
    retry_on_deadlock,
)
from token_revocation.signals import token_issued
from token_revocation.tokens import TokenRef


def start_session(request: Any, user: Any) -> None:
    """Give the session of a login an identifier and the time of the login.

    Args:
        request: The request of Django.
        user: The user who has logged in.

    Raises:
        TooManySessions: The user has ``MAX_SESSIONS`` sessions already.
        RevocationUnavailable: The database failed.
    """
    with database_errors(None) as alias:
        login_time = database_now(alias)
    replaced = _find_replaced(request.session)
    _login_record.start(request.session, login_time)
    token = adapter.identify(request.session)
    set_checked(request, CheckedSession(token))
    if token_issued.has_listeners():
        with serve(request), suppress(TablesMissing):
            _announce(token, replaced, user, type(request.session))


def _find_replaced(session: Any) -> TokenRef | None:
    """Return the earlier login of the same user in ``session``, which no browser has any more."""
    return adapter.identify(session) if _login_record.get_login_time(session) else None


@retry_on_deadlock
def _announce(token: TokenRef, replaced: TokenRef | None, user: Any, sender: type[Any]) -> None:
    with atomic_write(None), lock_accounts(user.pk):
        if replaced is not None:  # It would be listed, and count for ``MAX_SESSIONS``.
            log_out(replaced, reason=Reason.LOGOUT, revoked_by=user)
        announce_login(token, user, sender=sender)
