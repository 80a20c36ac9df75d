"""Bulk revocation of tokens of which only the identifiers are known."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Unpack

from django.db import connections

from token_revocation._rows import make_storable
from token_revocation.adapters import get_adapters, own_issuer
from token_revocation.clock import now
from token_revocation.models import Reason, RevokedToken
from token_revocation.services._batches import batched
from token_revocation.services._details import RevocationDetails, detail_columns
from token_revocation.services._notifications import notify_on_commit
from token_revocation.services._transactions import (
    atomic_write,
    retry_on_deadlock,
)
from token_revocation.tokens import TokenRef

logger = logging.getLogger("token_revocation")

Identifiers = Mapping[uuid.UUID, str]
"""Identifiers by the key of their token."""

# Columns that describe the token, not the revocation.
TOKEN_COLUMNS = ("kind", "expires_at", "is_expiry_assumed")


def revoke_identifiers(
    kind: str,
    identifiers: Iterable[str],
    *,
    issuer: str | None = None,
    expires_at: datetime | None = None,
    batch_size: int = 10_000,
    using: str | None = None,
    **details: Unpack[RevocationDetails],
) -> int:
    """Revoke tokens of ``kind`` by identifier, and return the number of new ones.

    Stored tokens are not deleted, and no ``token_revoked`` signal is sent.

    Args:
        kind: The :attr:`TokenAdapter.kind` of the tokens.
        identifiers: Any number of identifiers, which are read lazily.
        issuer: The issuer of the tokens; by default :attr:`TokenAdapter.issuer` of ``kind``.
        expires_at: The latest expiry of the tokens; by default the lifetime of ``kind`` from now.
        batch_size: The number of identifiers in a transaction, unless the caller has opened one.
        **details: See :class:`RevocationDetails`.

    Raises:
        RevocationUnavailable: The database failed. Pass the same list again.
        ValueError: ``details`` cannot be stored.
    """
    columns = _columns(kind, expires_at, details)
    batches = batched(identifiers, batch_size)
    return sum(_store(_by_key(kind, issuer, batch), columns, using) for batch in batches)


def _columns(
    kind: str, expires_at: datetime | None, details: RevocationDetails
) -> Mapping[str, Any]:
    return {
        "kind": kind,
        "expires_at": expires_at or _latest_expiry(kind),
        "is_expiry_assumed": expires_at is None,
        **detail_columns(details),
    }


def _latest_expiry(kind: str) -> datetime | None:
    adapter = get_adapters().get(kind)
    lifetime = adapter.lifetime if adapter else None
    return None if lifetime is None else now() + lifetime + timedelta(seconds=1)


def _by_key(kind: str, issuer: str | None, identifiers: Iterable[str]) -> Identifiers:
    issuer = own_issuer(kind) if issuer is None else issuer
    tokens = [TokenRef(kind=kind, issuer=issuer, identifier=name) for name in identifiers]
    # A fixed order of locks prevents deadlocks, and sorted keys are inserted into an index in
    # half the time.
    return {token.key: make_storable(token.identifier) for token in sorted(tokens, key=_key)}


def _key(token: TokenRef) -> uuid.UUID:
    return token.key


@retry_on_deadlock
def _store(identifiers: Identifiers, columns: Mapping[str, Any], using: str | None) -> int:
    """Store one batch, and return the number of new rows."""
    with atomic_write(using) as alias:
        created = _insert(identifiers, columns, alias)
        if created < len(identifiers):
            created += _update_existing(identifiers, columns, alias)
        log_batch = partial(_log_batch, columns["kind"], created)
        notify_on_commit(identifiers, log_batch, using=alias)
    return created


def _log_batch(kind: str, created: int) -> None:
    logger.info("Revoked %d identifiers of kind %r.", created, kind)


def _insert(identifiers: Identifiers, columns: Mapping[str, Any], using: str) -> int:
    """Insert the rows that do not exist yet, and return their number."""
    is_postgresql = connections[using].vendor == "postgresql"
    return (_insert_arrays if is_postgresql else _insert_missing)(identifiers, columns, using)


def _insert_missing(identifiers: Identifiers, columns: Mapping[str, Any], using: str) -> int:
    rows = RevokedToken.objects.using(using)
    existing = rows.in_bulk(identifiers, field_name="key")
    missing = {key: name for key, name in identifiers.items() if key not in existing}
    made = (RevokedToken(key=key, identifier=name, **columns) for key, name in missing.items())
    rows.bulk_create(made, ignore_conflicts=True)
    return len(missing)


def _insert_arrays(identifiers: Identifiers, columns: Mapping[str, Any], using: str) -> int:
    """Insert with two array parameters, which PostgreSQL parses fast."""
    connection = connections[using]
    constants = _constant_columns(columns, connection)
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, ["key", "identifier", *constants]))
    values = ", ".join(["%s"] * len(constants))
    prepared = _prepared(identifiers.values(), connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(RevokedToken._meta.db_table)} ({names}) "  # noqa: S608
            f"SELECT key, identifier, {values} "
            "FROM UNNEST(%s::uuid[], %s::text[]) AS given (key, identifier) ON CONFLICT DO NOTHING",
            [*constants.values(), list(identifiers), prepared],
        )
        created: int = cursor.rowcount
    return created


def _prepared(names: Iterable[str], connection: Any) -> list[str]:
    field = RevokedToken._meta.get_field("identifier")
    return [n if n.isascii() else field.get_db_prep_value(n, connection) for n in names]


def _constant_columns(columns: Mapping[str, Any], connection: Any) -> Mapping[str, Any]:
    """Return the columns that have the same value in all rows of the batch."""
    row: Any = RevokedToken(**columns)
    fields = [f for f in row._meta.concrete_fields if f.attname not in ("id", "key", "identifier")]
    values = [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields]
    return dict(zip([field.column for field in fields], values, strict=True))


def _update_existing(identifiers: Identifiers, columns: Mapping[str, Any], using: str) -> int:
    """Update existing rows, insert those deleted by a purge, and return their number."""
    deleted, created = identifiers, 0
    while deleted:
        _update(deleted, columns, using)
        # Under REPEATABLE READ, only a locking read returns the rows that exist now.
        rows = RevokedToken.objects.using(using).filter(key__in=list(identifiers))
        stored = set(rows.select_for_update().values_list("key", flat=True))
        deleted = {key: name for key, name in identifiers.items() if key not in stored}
        created += _insert(deleted, columns, using) if deleted else 0
    return created


def _update(identifiers: Identifiers, columns: Mapping[str, Any], using: str) -> None:
    """Postpone earlier expiries, and replace the reason of rotated tokens."""
    rows = RevokedToken.objects.using(using).filter(key__in=list(identifiers))
    later = rows.filter(expires_at__isnull=False)
    if columns["expires_at"] is not None:
        later = later.filter(expires_at__lt=columns["expires_at"])
    later.update(expires_at=columns["expires_at"])
    details = {name: value for name, value in columns.items() if name not in TOKEN_COLUMNS}
    rotated = rows.filter(reason=Reason.ROTATED)
    rotated.update(**{"revoked_at": now(), "revision": None, **details})
