"""Rotation of the current token of a session, by compare-and-set of its row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connections

from token_revocation.clock import database_now
from token_revocation.conf import settings
from token_revocation.models import Reason
from token_revocation.services import Rotation, is_revoked, log_out, rotate
from token_revocation.services._rotation import revoke_session_of_reused
from token_revocation.services._transactions import atomic_write, retry_on_deadlock
from token_revocation.sessions._records import session_columns
from token_revocation.sessions.models import TokenSession, session_row_id
from token_revocation.tokens import TokenRef

SuccessorAt = Callable[[datetime], TokenRef]
"""Returns the successor of a token that is rotated at this time."""


@retry_on_deadlock
def rotate_session(
    token: TokenRef, successor: TokenRef, *, using: str | None = None
) -> Rotation | None:
    """Replace ``token`` by ``successor`` in the row of its session; detect a replay.

    The contract is that of :func:`token_revocation.services.rotate`, but the row is updated in
    place and nothing is written to ``RevokedToken``. A retry must pass the same successor.

    Args:
        token: The used refresh token, whose session was recorded.
        successor: The token that replaces it, with its expiry.

    Returns:
        The rotation, or ``None`` if ``token`` must be rejected, also if its session has no row.

    Raises:
        RevocationUnavailable: The database failed.
    """
    with atomic_write(using) as alias:
        return rotate_current(token, lambda rotated_at: successor, alias)


def rotate_current(token: TokenRef, successor_at: SuccessorAt, using: str) -> Rotation | None:
    """Rotate a token of a recorded session, in a transaction of the caller."""
    # The database is queried, because other stores may be stale. A cutoff at a later time covers
    # the successor, too, as both have the time of the login.
    if is_revoked(token, using=using):
        revoke_session_of_reused(token, using)
        return None
    now = database_now(using)
    successor = successor_at(now)
    if _compare_and_set(token, successor, now, using):
        return Rotation(rotated_at=now, is_first_use=True)
    row = lock_session(token, using)
    if row is None or row.ended_at or row.current_key is None:
        return None  # No replay: the row was lost, and a use of an access token may have made one.
    if _is_retry(row, token, successor, now) and not is_revoked(successor, using=using):
        return Rotation(rotated_at=row.rotated_at, is_first_use=False)
    log_out(token, using=using, reason=Reason.REUSED)
    return None


def rotate_unrecorded(token: TokenRef, successor_at: SuccessorAt, using: str) -> Rotation | None:
    """Rotate a token that was issued before the app was installed, and record its session.

    The row of the used token in ``RevokedToken`` decides which of concurrent calls is the first.
    It expires with the token, and the row of the session may expire earlier.
    """
    rotation = rotate(token, successor_at(database_now(using)), using=using)
    if rotation is None:
        return None
    successor = successor_at(rotation.rotated_at)
    # A lock on a row that does not exist would make other inserts wait on MariaDB.
    find = _find_session if rotation.is_first_use else lock_session
    row = find(token, using)
    if rotation.is_first_use or row is None:
        return rotation if _record(token, successor, rotation, row, using) else None
    if row.ended_at is None and row.current_key == successor.key:
        return rotation
    log_out(token, using=using, reason=Reason.REUSED)  # The successor was used.
    return None


def refresh_session(token: TokenRef, *, using: str) -> bool:
    """Record the refresh of a sliding token; return ``False`` if its session has no row."""
    rows = _open_row(token, using)
    columns = {"last_used_at": database_now(using), "expires_at": token.expires_at}
    return bool(rows.filter(current_key=token.key).update(**columns))


def replace_current(token: TokenRef, *, using: str | None = None) -> None:
    """Record that ``token`` has replaced the current, stored token of its session."""
    with atomic_write(using) as alias:
        rows = _open_row(token, alias)
        columns = {"last_used_at": database_now(alias), "expires_at": token.expires_at}
        rows.update(current_key=token.key, **columns)


def record_sliding(token: TokenRef, *, using: str) -> bool:
    """Record the session of a sliding token that was issued before the app was installed."""
    if _find_session(token, using) is None:
        columns = {**session_columns(token), "last_used_at": database_now(using)}
        TokenSession.objects.using(using).create(**columns)
        return True
    # Its first use recorded the session without a current token: see first_use_columns().
    rows = _open_row(token, using)
    rows.filter(current_key=None).update(current_key=token.key)
    return refresh_session(token, using=using)


def replace_unused(token: TokenRef, changed: TokenRef, *, using: str) -> None:
    """Record that code of the project has changed ``token`` before a client got it.

    Its identifier, its session or its expiry may differ. A purge reads ``expires_at`` again, so
    a later expiry needs no change of ``purge_after``.
    """
    rows = TokenSession.objects.using(using)
    old_id, new = session_row_id(token), session_columns(changed)
    names = ("id", "user_ref", "session_id", "current_key", "expires_at")
    if new["id"] != old_id:
        rows.filter(pk=new["id"]).delete()  # A login that continues a session of this name.
    rows.filter(pk=old_id, current_key=token.key).update(**{name: new[name] for name in names})


def is_current(token: TokenRef, using: str) -> bool:
    """Return whether ``token`` is the current one of a recorded session that has not ended."""
    rows = _open_row(token, using)
    return bool(rows.filter(current_key=token.key).exists())


def _open_row(token: TokenRef, using: str) -> Any:
    """Return a queryset of the row of the session of ``token``, unless the session has ended."""
    return TokenSession.objects.using(using).filter(pk=session_row_id(token), ended_at=None)


def _find_session(token: TokenRef, using: str) -> Any:
    return TokenSession.objects.using(using).filter(pk=session_row_id(token)).first()


def lock_session(token: TokenRef, using: str) -> Any:
    """Lock the row of the session of ``token``, and return its newest version, or ``None``."""
    # MariaDB and MySQL return the newest version to a locking read only. PostgreSQL aborts the
    # transaction if its snapshot is older, and retry_on_deadlock() repeats it.
    no_key = connections[using].features.has_select_for_no_key_update
    rows = TokenSession.objects.using(using).select_for_update(no_key=no_key)
    return rows.filter(pk=session_row_id(token)).first()


def _compare_and_set(token: TokenRef, successor: TokenRef, now: datetime, using: str) -> bool:
    rows = _open_row(token, using)
    columns = _rotation_columns(token, successor, now)
    return bool(rows.filter(current_key=token.key).update(**columns))


def _rotation_columns(token: TokenRef, successor: TokenRef, rotated_at: datetime) -> dict[str, Any]:
    # None of them has an index: see TokenSession.purge_after.
    return {
        "previous_key": token.key,
        "current_key": successor.key,
        "rotated_at": rotated_at,
        "last_used_at": rotated_at,
        "expires_at": successor.expires_at,
    }


def _is_retry(row: Any, token: TokenRef, successor: TokenRef, now: datetime) -> bool:
    if (row.previous_key, row.current_key) != (token.key, successor.key):
        return False
    # A concurrent call may have read the clock later, but stored the row first.
    return bool(max(now - row.rotated_at, timedelta(0)) < settings.REFRESH_GRACE_PERIOD)


def _record(token: TokenRef, successor: TokenRef, rotation: Rotation, row: Any, using: str) -> bool:
    """Store the row of a session whose first recorded token is ``successor``."""
    columns = _rotation_columns(token, successor, rotation.rotated_at)
    if row is None:
        new = {**session_columns(successor), "purge_after": successor.expires_at, **columns}
        TokenSession.objects.using(using).create(**new)
        return True
    # Recorded at its first use, or by another token of the same session.
    rows = TokenSession.objects.using(using).filter(pk=row.pk, ended_at=None)
    return bool(rows.update(**columns))
