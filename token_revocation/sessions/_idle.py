"""Sessions that were not used within ``SESSION_IDLE_TIMEOUT``."""

from __future__ import annotations

from datetime import datetime, timedelta

from token_revocation.adapters import get_adapters
from token_revocation.clock import now
from token_revocation.conf import settings
from token_revocation.exceptions import TokenExpired
from token_revocation.models import Reason
from token_revocation.services._batches import BatchSizer
from token_revocation.services._transactions import database_errors
from token_revocation.sessions._changes import end_sessions
from token_revocation.sessions._end_records import iterate_batches
from token_revocation.sessions._use_records import USE_INTERVAL
from token_revocation.sessions.models import TokenSession, session_row_id
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, TokenRef


def is_idle(kind: str, last_used_at: datetime) -> bool:
    """Return whether a session of ``kind`` was last used too long ago."""
    timeout: timedelta | None = settings.SESSION_IDLE_TIMEOUT
    if timeout is None:
        return False
    adapter = get_adapters().get(kind)
    if adapter is None or not adapter.rotates_tokens:
        timeout += USE_INTERVAL  # A later use may not be recorded.
    return last_used_at + timeout <= now()


def check_not_idle(token: TokenRef) -> None:
    """Check the session of ``token`` before it is refreshed.

    A session that is not recorded was last used when ``token`` was created.

    Raises:
        TokenExpired: The session was not used for too long.
        RevocationUnavailable: The database failed.
    """
    if settings.SESSION_IDLE_TIMEOUT is None or token.subject("user") is None:
        return
    with database_errors(None) as alias:
        rows = TokenSession.objects.using(alias).filter(pk=session_row_id(token))
        recorded = rows.values_list("last_used_at", flat=True).first()
    if is_idle(token.kind, recorded or token.minted_at or BEFORE_ALL_CUTOFFS):
        raise TokenExpired(token)


def end_idle_sessions(using: str, sizer: BatchSizer) -> None:
    """Revoke the tokens of all idle sessions of users, in batches."""
    timeout: timedelta | None = settings.SESSION_IDLE_TIMEOUT
    if timeout is None:
        return
    rows = TokenSession.objects.using(using).open(now()).exclude(user_ref="")
    for batch in iterate_batches(rows.filter(last_used_at__lte=now() - timeout - USE_INTERVAL)):
        end_sessions(batch, using=using, reason=Reason.IDLE)
        sizer.pause()
