"""Lookup of a token's user by SQL that is compiled once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import AutoField, BigAutoField, UUIDField

from token_revocation.stores._token_query import TokenQuery, has_default_queries

SAMPLE_KEYS = {AutoField: 2**31 - 1, BigAutoField: 2**31 - 1, UUIDField: UUID(int=1)}
"""The supported types of primary keys, each with a value to compile the query with."""

MAX_DIGITS = 9
"""Every number with as many digits fits each of the integer fields."""


class UserModelProxy:
    """The user model with a faster ``objects.get()``, by which simplejwt finds a user.

    A custom manager, and a value that is no plain primary key, get Django's own query.
    """

    def __init__(self, model: Any) -> None:
        self._model = model

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
        user = _compile_query(self._model, manager.db).find(key, manager.db)
        if user is None:
            raise self._model.DoesNotExist
        return user


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
