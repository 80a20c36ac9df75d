"""Write down that tokens are refused."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, connections, transaction

from token_revocation.adapters import get_adapters
from token_revocation.clock import now
from token_revocation.columns import token_columns
from token_revocation.models import Reason, RevokedToken
from token_revocation.services.tidying import purge_later
from token_revocation.services.transactions import announce
from token_revocation.signals import token_revoked
from token_revocation.tokens import TokenRef

Columns = Mapping[str, Any]
Tokens = Mapping[uuid.UUID, TokenRef]

LOCK = {"postgresql": "FOR NO KEY UPDATE", "mysql": "LOCK IN SHARE MODE"}
"""SQLite needs none: there, one transaction writes at a time."""


def is_accepted(token: TokenRef) -> bool:
    """Whether the package of ``token`` has not stopped accepting it: if it has, no row is due."""
    adapter = get_adapters().get(token.kind)
    leeway = adapter.leeway if adapter else timedelta(0)
    return not token.is_expired(now(), leeway)


def record(tokens: Iterable[TokenRef], using: str, columns: Columns) -> frozenset[uuid.UUID]:
    """Store that ``tokens`` are refused; the keys of those that this call was the first to store.

    Two queries, however many there are, and one for each whose expiry has moved. Rows are
    written in the order of their keys, so that calls with tokens in common wait for each other,
    and hardly ever in a circle (:func:`again_if_undone`).
    """
    wanted = {token.key: token for token in sorted(tokens, key=lambda token: token.key)}
    known = RevokedToken.objects.using(using).in_bulk(wanted, field_name="key")
    found = [(known[key], False) for key in wanted if key in known]
    unknown = [token for key, token in wanted.items() if key not in known]
    found += _store(unknown, using, columns) if unknown else []
    created = [row for row, is_ours in found if is_ours]
    changed = [
        row for row, is_ours in found if not is_ours and _change(row, wanted, using, columns)
    ]
    if created or changed:
        tell = partial(_tell, [(wanted[row.key], row) for row in created], using)
        announce([row.key for row in [*created, *changed]], tell, using=using)
    purge_later(len(created), using)
    return frozenset(row.key for row in created)


def _store(
    tokens: Sequence[TokenRef], using: str, columns: Columns
) -> list[tuple[RevokedToken, bool]]:
    """The row of each token, and whether it is ours."""
    try:
        with transaction.atomic(using=using):
            return [(row, True) for row in _insert(tokens, using, columns)]
    except IntegrityError:  # Somebody else has just stored one of them.
        return [_store_one(token, using, columns) for token in tokens]


def _store_one(token: TokenRef, using: str, columns: Columns) -> tuple[RevokedToken, bool]:
    try:
        with transaction.atomic(using=using):
            (row,) = _insert([token], using, columns)
    except IntegrityError:
        stored = _stored_meanwhile(token, using)
        if stored is None:
            raise
        return stored, False
    return row, True


def _stored_meanwhile(token: TokenRef, using: str) -> RevokedToken | None:
    """The row of ``token`` as it is, whoever stored it since our transaction began.

    Under REPEATABLE READ only a locking read sees that. On PostgreSQL it is the lock of whoever
    will change the row, so that they wait in one line. On MariaDB and MySQL it is the one that
    the insert which failed has left us with: as everybody who waited for the row has it too, to
    ask for more would be a deadlock, and is one for those who do change it.
    https://mariadb.com/kb/en/innodb-lock-modes/
    """
    rows = RevokedToken.objects.using(using)
    sql, params = rows.filter(key=token.key).query.get_compiler(using).as_sql()
    lock = LOCK.get(connections[using].vendor, "")
    return next(iter(rows.raw(f"{sql} {lock}", params)), None)


def _insert(tokens: Sequence[TokenRef], using: str, columns: Columns) -> Iterable[RevokedToken]:
    rows = RevokedToken.objects.using(using)
    made = [RevokedToken(key=t.key, **token_columns(t), **columns) for t in tokens]
    made = rows.bulk_create(made)
    if connections[using].features.can_return_rows_from_bulk_insert:
        return made
    return rows.in_bulk([row.key for row in made], field_name="key").values()


def _change(row: RevokedToken, wanted: Tokens, using: str, columns: Columns) -> bool:
    """Whether a row that was there is news to the stores: that its expiry has moved."""
    _overrule(row, columns, using)
    return _extend(row, wanted[row.key].expires_at, using)


def _overrule(row: RevokedToken, columns: Columns, using: str) -> None:
    """Say that a token which was only used up is now revoked on purpose, so no retry is served."""
    if row.reason == Reason.ROTATED and columns["reason"] != Reason.ROTATED:
        # Somebody may have said so since the row was read.
        rows = RevokedToken.objects.using(using).filter(pk=row.pk, reason=Reason.ROTATED)
        rows.update(**{"revoked_at": now(), **columns})


def _extend(row: RevokedToken, expires_at: datetime | None, using: str) -> bool:
    """Keep ``row`` for as long as the token lives, now that its expiry has moved."""
    if row.expires_at is None or (expires_at is not None and expires_at <= row.expires_at):
        return False  # The usual case, and it takes no lock.
    rows = RevokedToken.objects.using(using).filter(pk=row.pk, expires_at__isnull=False)
    if expires_at is not None:
        rows = rows.filter(expires_at__lt=expires_at)
    return bool(rows.update(expires_at=expires_at))


def _tell(created: Iterable[tuple[TokenRef, RevokedToken]], using: str) -> None:
    for token, row in created:
        token_revoked.send_robust(RevokedToken, token=token, revocation=row, using=using)
