"""Lookup of a token's user by SQL that is compiled once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import AutoField, BigAutoField, UUIDField

from token_revocation.stores._cached_rows import copy_values
from token_revocation.stores._token_query import TokenQuery, has_default_queries

SAMPLE_KEYS = {AutoField: 2**31 - 1, BigAutoField: 2**31 - 1, UUIDField: UUID(int=1)}
"""The supported types of primary keys, each with a value to compile the query with."""

MAX_DIGITS = 9
"""Every number with as many digits fits each of the integer fields."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class UserRow:
    """The columns of a user, as the database returned them."""

    query: TokenQuery
    using: str
    key: int | UUID
    columns: Sequence[Any]


class UserModelProxy:
    """The user model with a faster ``objects.get()``, by which simplejwt finds a user.

    A custom manager, and a value that is no plain primary key, get Django's own query.

    Args:
        model: The user model.
        row: The row of a user that is used instead of a query for this user.
    """

    def __init__(self, model: Any, row: UserRow | None = None) -> None:
        self._model = model
        self.row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    @property
    def objects(self) -> UserModelProxy:
        """The manager, which is this object."""
        return self

    def get(self, **lookup: Any) -> Any:
        """Return the user; raise what the manager raises."""
        manager = self._model.objects
        ((name, value),) = lookup.items()
        key = _parse_key(self._model, name, value) if has_default_queries(manager) else None
        if key is None:
            return manager.get(**lookup)
        if self.row is None or self.row.key != key:
            self.row = _find_row(self._model, key, manager.db)
        return self.row.query.create(self.row.columns, self.row.using)

    def copy_row(self) -> UserRow | None:
        """Return a copy of the row that was used, which shares no value with the user."""
        return self.row and replace(self.row, columns=copy_values(self.row.columns))


def _find_row(model: Any, key: int | UUID, using: str) -> UserRow:
    query = _compile_query(model, using)
    columns = query.fetch_row([key], using)
    if columns is None:
        raise model.DoesNotExist
    return UserRow(query=query, using=using, key=key, columns=columns)


def _parse_key(model: Any, name: str, value: Any) -> int | UUID | None:
    """Return ``value`` as a primary key, or ``None`` if that is not certain."""
    field = model._meta.pk
    if name not in {"pk", field.name} or type(field) not in SAMPLE_KEYS:
        return None
    if type(field) is UUIDField:
        return _parse_uuid(field, value)
    digits = str(value)
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= MAX_DIGITS
    # Django rejects a primary key of 0 on MySQL.
    return int(digits) or None if is_number else None


def _parse_uuid(field: Any, value: Any) -> UUID | None:
    try:
        key: UUID | None = field.to_python(value)
    except ValidationError:
        return None
    return key


@lru_cache(maxsize=16)
def _compile_query(model: Any, using: str) -> TokenQuery:
    field = model._meta.pk
    return TokenQuery.compile(
        model.objects.all(), field.name, using, placeholder=SAMPLE_KEYS[type(field)]
    )
