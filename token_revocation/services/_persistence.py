"""Storage of revocations of single tokens."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, connections, transaction

from token_revocation._rows import token_columns
from token_revocation.adapters import get_adapters
from token_revocation.clock import now
from token_revocation.conf import settings
from token_revocation.models import UNPUBLISHED, Reason, RevokedToken
from token_revocation.services._bulk_insert import bulk_insert
from token_revocation.services._notifications import notify_on_commit
from token_revocation.services._opportunistic_purge import schedule_purge
from token_revocation.signals import token_revoked
from token_revocation.tokens import TokenRef

Columns = Mapping[str, Any]

# The weakest lock that reads the newest version of a row. SQLite needs none, because it has one
# writer at a time. MariaDB and MySQL: a failed insert has left a shared lock on the row with each
# transaction that waited for it. A stronger lock would be a deadlock.
# https://mariadb.com/kb/en/innodb-lock-modes/
ROW_LOCKS = {"postgresql": "FOR NO KEY UPDATE", "mysql": "LOCK IN SHARE MODE"}

# How far the clocks of two hosts may differ: RFC 4120, section 8.2.
MAX_CLOCK_SKEW = timedelta(minutes=5)


def can_be_accepted(token: TokenRef) -> bool:
    """Return whether any host may still accept ``token``.

    If the token is not stored, the clocks of hosts matter: they may differ by
    ``PURGE_GRACE_PERIOD``, but at most by five minutes.
    """
    adapter = get_adapters().get(token.kind)
    if adapter is None:
        return not token.is_expired(now())
    skew = timedelta(0) if adapter.is_stored else min(settings.PURGE_GRACE_PERIOD, MAX_CLOCK_SKEW)
    return not token.is_expired(now() - skew, adapter.leeway)


def store_revocations(
    tokens: Iterable[TokenRef], using: str, columns: Columns
) -> frozenset[uuid.UUID]:
    """Insert revocations and return the keys that were not stored before.

    It takes two queries, and one for each stored row whose expiry changes.
    """
    # A fixed order of locks makes deadlocks rare; retry_on_deadlock() handles the others.
    wanted = {token.key: token for token in sorted(tokens, key=lambda token: token.key)}
    known = RevokedToken.objects.using(using).in_bulk(wanted, field_name="key")
    stored = [(known[key], False) for key in wanted if key in known]
    unknown = [token for key, token in wanted.items() if key not in known]
    stored += _store(unknown, using, columns) if unknown else []
    created = [row for row, is_new in stored if is_new]
    changed: list[RevokedToken] = []
    for row in [row for row, is_new in stored if not is_new]:
        _replace_rotated(row, columns, using)
        extended, is_new = _extend_expiry(row, wanted[row.key], using, columns)
        (created if is_new else changed).extend(extended)
    if created or changed:
        send_signals = partial(_send_signals, [(wanted[row.key], row) for row in created], using)
        keys = [row.key for row in [*created, *changed]]
        # No snapshot contains the rows of a rotation, so no other process must read them.
        is_rotation = columns.get("revision") == UNPUBLISHED
        notify_on_commit(keys, send_signals, using=using, is_rotation=is_rotation)
    schedule_purge(len(created), using)
    return frozenset(row.key for row in created)


def _store(
    tokens: Sequence[TokenRef], using: str, columns: Columns
) -> list[tuple[RevokedToken, bool]]:
    """Return the row of each token, and whether this call inserted it."""
    try:
        with transaction.atomic(using=using):
            return [(row, True) for row in _insert(tokens, using, columns)]
    except IntegrityError:  # Another transaction has just stored one of them.
        return [_store_one(token, using, columns) for token in tokens]


def _store_one(token: TokenRef, using: str, columns: Columns) -> tuple[RevokedToken, bool]:
    try:
        with transaction.atomic(using=using):
            (row,) = _insert([token], using, columns)
    except IntegrityError:
        stored = lock_row(token, using)
        if stored is None:
            raise
        return stored, False
    return row, True


def lock_row(token: TokenRef, using: str) -> RevokedToken | None:
    """Lock the row of ``token``, and return its newest version, or ``None``."""
    # Under REPEATABLE READ, MariaDB and MySQL return the newest version to a locking read only.
    # PostgreSQL never does, so the transaction fails there, and retry_on_deadlock() repeats it.
    rows = RevokedToken.objects.using(using)
    sql, params = rows.filter(key=token.key).query.get_compiler(using).as_sql()
    lock = ROW_LOCKS.get(connections[using].vendor, "")
    return next(iter(rows.raw(f"{sql} {lock}", params)), None)


def _insert(tokens: Sequence[TokenRef], using: str, columns: Columns) -> Iterable[RevokedToken]:
    made = [RevokedToken(key=t.key, **token_columns(t), **columns) for t in tokens]
    if bulk_insert(made, using):
        return made
    rows = RevokedToken.objects.using(using)
    return rows.in_bulk([row.key for row in made], field_name="key").values()


def _replace_rotated(row: RevokedToken, columns: Columns, using: str) -> None:
    """Replace the details of a rotated token, so that it cannot be retried any more.

    Without a revision, the row is published as the revocation that it is now.
    """
    if row.reason == Reason.ROTATED and columns["reason"] != Reason.ROTATED:
        # Another transaction may have replaced them since the row was read.
        rows = RevokedToken.objects.using(using).filter(pk=row.pk, reason=Reason.ROTATED)
        rows.update(**{"revoked_at": now(), "revision": None, **columns})


def _extend_expiry(
    row: RevokedToken, token: TokenRef, using: str, columns: Columns
) -> tuple[list[RevokedToken], bool]:
    """Let ``row`` expire no earlier than ``token``.

    Returns:
        The changed row, if any, and whether it was inserted again after a purge deleted it.
    """
    current: RevokedToken | None = row
    while current is None or _expires_before(current, token):
        if current is None:
            ((current, is_new),) = _store([token], using, columns)
            if is_new:
                return [current], True
        if _postpone_expiry(current, token.expires_at, using):
            return [current], False
        current = lock_row(token, using)
    return [], False  # The usual case, which takes no lock.


def _expires_before(row: RevokedToken, token: TokenRef) -> bool:
    if row.expires_at is None:
        return False
    return token.expires_at is None or row.expires_at < token.expires_at


def _postpone_expiry(row: RevokedToken, expires_at: datetime | None, using: str) -> bool:
    """Postpone the expiry of ``row``; return ``False`` if it is later, or deleted."""
    rows = RevokedToken.objects.using(using).filter(pk=row.pk, expires_at__isnull=False)
    if expires_at is not None:
        rows = rows.filter(expires_at__lt=expires_at)
    return bool(rows.update(expires_at=expires_at))


def _send_signals(created: Iterable[tuple[TokenRef, RevokedToken]], using: str) -> None:
    for token, row in created:
        token_revoked.send_robust(RevokedToken, token=token, revocation=row, using=using)
