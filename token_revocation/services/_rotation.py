"""Rotation of a refresh token, with detection of its reuse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from token_revocation.clock import database_now
from token_revocation.conf import settings
from token_revocation.models import UNPUBLISHED, Reason, RevokedToken
from token_revocation.services._logout import log_out
from token_revocation.services._lookup import is_revoked
from token_revocation.services._persistence import lock_row, store_revocations
from token_revocation.services._transactions import atomic_write, retry_on_deadlock
from token_revocation.tokens import TokenRef


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """The replacement of a token by its successor."""

    rotated_at: datetime
    """The time of the first use, by the clock of the database."""
    is_first_use: bool
    """Whether this call is the first use, and not a retry."""


@retry_on_deadlock
def rotate(token: TokenRef, successor: TokenRef, *, using: str | None = None) -> Rotation | None:
    """Revoke ``token`` because ``successor`` replaces it; detect a second use.

    A retry within ``REFRESH_GRACE_PERIOD`` gets the same rotation, unless the successor was
    revoked or rotated. Any later use, and any use of a token that was revoked for another reason,
    revokes the session (RFC 9700, section 4.14.2). Of concurrent calls, one is the first use. The
    number of queries does not depend on the number of earlier rotations.

    Args:
        token: The reference of the used refresh token. With ``is_refresh_token``, its row is in no
            snapshot and no event feed.
        successor: The reference of the token that replaces it.

    Returns:
        The rotation, or ``None`` if ``token`` must be rejected.

    Raises:
        RevocationUnavailable: The database failed.
    """
    with atomic_write(using) as alias:
        rotation = _rotate(token, successor, alias)
        if rotation is None:
            revoke_session_of_reused(token, alias)
        return rotation


def _rotate(token: TokenRef, successor: TokenRef, using: str) -> Rotation | None:
    # A cutoff of the token is also a cutoff of its successor. The database is queried, because
    # other stores may be stale.
    if is_revoked(successor, using=using):
        return None
    now = database_now(using)
    if token.key in store_revocations([token], using, _columns(token, now)):
        return Rotation(rotated_at=now, is_first_use=True)
    row = lock_row(token, using)
    if row and _is_retry(row, now) and not is_revoked(successor, using=using):
        return Rotation(rotated_at=row.revoked_at, is_first_use=False)
    return None


def _columns(token: TokenRef, now: datetime) -> dict[str, Any]:
    # SnapshotStore queries the database about a refresh token, and only the issuer accepts it. So
    # no reader of revisions needs the row, which saves the write of its revision.
    revision = UNPUBLISHED if token.is_refresh_token else None
    return {"reason": Reason.ROTATED, "revoked_at": now, "revision": revision}


def _is_retry(row: RevokedToken, now: datetime) -> bool:
    """Return whether ``row`` was rotated within the grace period before ``now``."""
    # A concurrent call may have read the clock later, but stored the row first.
    age = max(now - row.revoked_at, timedelta(0))
    return bool(row.reason == Reason.ROTATED) and age < settings.REFRESH_GRACE_PERIOD


def revoke_session_of_reused(token: TokenRef, using: str) -> None:
    """Revoke the session of a reused ``token``, which an attacker may have."""
    # Without a row, a cutoff rejects the token, and it was not used before.
    if lock_row(token, using):
        log_out(token, using=using, reason=Reason.REUSED)
