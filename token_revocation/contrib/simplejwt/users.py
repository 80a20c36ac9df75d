"""The user of a token, found by SQL that Django has built but once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import AutoField, BigAutoField, UUIDField

from token_revocation.stores.joined import JoinedQuery, is_stock

MARKS = {AutoField: 2**31 - 1, BigAutoField: 2**31 - 1, UUIDField: UUID(int=1)}
"""The fields that users are found by, each with a value to compile with."""

MOST_DIGITS = 9
"""As many as a number of each of them can have."""


class Users:
    """The user model while simplejwt looks a user up by ``objects.get()``.

    Where the model's own manager might find otherwise, it is asked: one of the project's decides
    which users there are, and what is no plain key fails as it does there.
    """

    def __init__(self, model: Any) -> None:
        self._model = model

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    @property
    def objects(self) -> Users:
        """What simplejwt asks."""
        return self

    def get(self, **lookup: Any) -> Any:
        """The one user; raises as the manager does."""
        manager = self._model.objects
        ((name, value),) = lookup.items()
        key = _plain(self._model, name, value) if is_stock(manager) else None
        if key is None:
            return manager.get(**lookup)
        user = _query(self._model, manager.db).find(key, manager.db)
        if user is None:
            raise self._model.DoesNotExist
        return user


def _plain(model: Any, name: str, value: Any) -> int | UUID | None:
    """``value`` as the key of a user, if that is what it is beyond doubt."""
    field = model._meta.pk
    if name not in {"pk", field.name} or type(field) not in MARKS:
        return None
    if type(field) is UUIDField:
        return _uuid(field, value)
    digits = str(value)
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS
    return int(digits) or None if is_number else None  # MySQL has an opinion about 0.


def _uuid(field: Any, value: Any) -> UUID | None:
    try:
        found: UUID | None = field.to_python(value)
    except ValidationError:
        return None
    return found


@lru_cache(maxsize=16)
def _query(model: Any, using: str) -> JoinedQuery:
    field = model._meta.pk
    return JoinedQuery.compile(model.objects.all(), field.name, using, mark=MARKS[type(field)])
