"""Refuse tokens of which nothing is known but their identifiers, by the million."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, Unpack

from django.db import connections

from token_revocation.adapters import get_adapters
from token_revocation.clock import now
from token_revocation.columns import storable
from token_revocation.models import Reason, RevokedToken
from token_revocation.services.causes import Cause, cause_columns
from token_revocation.services.transactions import again_if_undone, announce, writing
from token_revocation.tokens import TokenRef

logger = logging.getLogger("token_revocation")

Keys = Mapping[uuid.UUID, str]


def revoke_identifiers(
    kind: str,
    identifiers: Iterable[str],
    *,
    issuer: str = "",
    expires_at: datetime | None = None,
    batch_size: int = 10_000,
    using: str | None = None,
    **cause: Unpack[Cause],
) -> int:
    """Refuse the tokens of ``kind`` with these ``identifiers``; how many of them is news.

    For lists of an issuer or of an incident: nobody need know the tokens, and nothing that a
    package stores of them is deleted. ``expires_at`` is the latest moment at which one of them
    can be accepted; by default the lifetime of the kind from now on, or never. Reads
    ``identifiers`` as they come. Each batch is a transaction of its own, unless the caller has
    one: when the database fails, the batches before stay revoked, and the same list can be given
    again. Stores hear of every token; there is no ``token_revoked`` for each, but one line of
    the log for a batch.
    """
    columns = {"kind": kind, "expires_at": expires_at or _latest(kind), **cause_columns(cause)}
    total = 0
    for batch in _batches(identifiers, batch_size):
        names = [TokenRef(kind=kind, issuer=issuer, identifier=name) for name in batch]
        # In one order, so that two calls wait for each other and never in a circle; and an
        # index takes what is sorted in half the time.
        keys = {token.key: storable(token.identifier) for token in sorted(names, key=_key)}
        total += _record(keys, columns, using)
    return total


@again_if_undone
def _record(keys: Keys, columns: Mapping[str, Any], using: str | None) -> int:
    with writing(using) as alias:
        on_postgresql = connections[alias].vendor == "postgresql"
        created = (_insert_arrays if on_postgresql else _insert_missing)(keys, columns, alias)
        if created < len(keys):
            _overrule(keys, columns, alias)
        announce(keys, partial(_tell, columns["kind"], created), using=alias)
    return created


def _insert_missing(keys: Keys, columns: Mapping[str, Any], using: str) -> int:
    rows = RevokedToken.objects.using(using)
    known = rows.in_bulk(keys, field_name="key")
    missing = {key: name for key, name in keys.items() if key not in known}
    made = (RevokedToken(key=key, identifier=name, **columns) for key, name in missing.items())
    rows.bulk_create(made, ignore_conflicts=True)
    return len(missing)


def _insert_arrays(keys: Keys, columns: Mapping[str, Any], using: str) -> int:
    """As above in one statement with two arrays: PostgreSQL parses no value of a million rows."""
    connection = connections[using]
    same = _same_columns(columns, connection)
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, ["key", "identifier", *same]))
    values = ", ".join(["%s"] * len(same))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(RevokedToken._meta.db_table)} ({names}) "  # noqa: S608
            f"SELECT key, identifier, {values} "
            "FROM UNNEST(%s::uuid[], %s::text[]) AS given (key, identifier) ON CONFLICT DO NOTHING",
            [*same.values(), list(keys), list(keys.values())],
        )
        created: int = cursor.rowcount
    return created


def _same_columns(columns: Mapping[str, Any], connection: Any) -> Mapping[str, Any]:
    """Every other column, with the value that is the same in all rows."""
    row: Any = RevokedToken(**columns)
    fields = [f for f in row._meta.concrete_fields if f.attname not in ("id", "key", "identifier")]
    values = [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields]
    return dict(zip([field.column for field in fields], values, strict=True))


def _overrule(keys: Keys, columns: Mapping[str, Any], using: str) -> None:
    """Of those that were there, keep the later expiry, and serve no retry of one used up."""
    rows = RevokedToken.objects.using(using).filter(key__in=list(keys))
    later = rows.filter(expires_at__isnull=False)
    if columns["expires_at"] is not None:
        later = later.filter(expires_at__lt=columns["expires_at"])
    later.update(expires_at=columns["expires_at"])
    if columns["reason"] != Reason.ROTATED:
        same = {
            name: value for name, value in columns.items() if name not in ("kind", "expires_at")
        }
        rows.filter(reason=Reason.ROTATED).update(revoked_at=now(), **same)


def _latest(kind: str) -> datetime | None:
    adapter = get_adapters().get(kind)
    lifetime = adapter.lifetime if adapter else None
    return None if lifetime is None else now() + lifetime + timedelta(seconds=1)


def _key(token: TokenRef) -> uuid.UUID:
    return token.key


def _tell(kind: str, created: int) -> None:
    logger.info("%d identifiers of the kind %r were revoked.", created, kind)


def _batches(identifiers: Iterable[str], size: int) -> Iterator[Sequence[str]]:
    waiting = iter(identifiers)
    while batch := list(islice(waiting, size)):
        yield batch
