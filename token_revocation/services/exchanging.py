"""Exchange a token for its successor, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from token_revocation.clock import database_now
from token_revocation.conf import settings
from token_revocation.models import Reason, RevokedToken
from token_revocation.services.asking import is_revoked
from token_revocation.services.logging_out import log_out
from token_revocation.services.recording import record
from token_revocation.services.transactions import again_if_undone, writing
from token_revocation.tokens import TokenRef


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One token was given for another."""

    at: datetime
    """The moment of the first exchange, by the clock of the database."""
    first: bool
    """Whether this call made it, and not a retry."""


@again_if_undone
def exchange(token: TokenRef, successor: TokenRef, *, using: str | None = None) -> Exchange | None:
    """Use ``token`` up, in whose place ``successor`` stands from now on; ``None``: it is refused.

    Of any number of concurrent calls one is the first. A retry within ``REFRESH_GRACE`` gets the
    same exchange, while the successor is neither revoked nor used up. Any later use, or that of
    a token revoked on purpose, ends the session (RFC 9700, section 4.14.2). Always the same
    number of queries, however many tokens the session has had.
    """
    with writing(using) as alias:
        made = _exchange(token, successor, alias)
        if made is None:
            _end_session_of_reused(token, alias)
        return made


def _exchange(token: TokenRef, successor: TokenRef, using: str) -> Exchange | None:
    # The database's own answer, and what cuts the token off cuts its successor off too.
    if is_revoked(successor, using=using):
        return None
    now = database_now(using)
    used_up = {"reason": Reason.ROTATED, "revoked_at": now}
    if token.key in record([token], using, used_up):
        return Exchange(at=now, first=True)
    row = RevokedToken.objects.using(using).get(key=token.key)
    if _is_retry(row, now) and not is_revoked(successor, using=using):
        return Exchange(at=row.revoked_at, first=False)
    return None


def _is_retry(row: RevokedToken, now: datetime) -> bool:
    """Whether what was used up is used again, at the moment ``now``, and in time."""
    # Whoever read the clock later may have been the first to store the row.
    age = max(now - row.revoked_at, timedelta(0))
    return row.reason == Reason.ROTATED and age < settings.REFRESH_GRACE


def _end_session_of_reused(token: TokenRef, using: str) -> None:
    """Whoever has the successor may be the thief, or else whoever presents ``token``.

    A token that a cutoff refuses was not used before, and that is all there is to say.
    """
    if RevokedToken.objects.using(using).filter(key=token.key).exists():
        log_out(token, using=using, reason=Reason.REUSED)
