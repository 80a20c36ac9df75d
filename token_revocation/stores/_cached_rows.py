"""Rows of tokens and users in memory, copied so that requests share no mutable values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from token_revocation.stores._token_query import TokenQuery
from token_revocation.tokens import TokenRef

IMMUTABLE_TYPES = frozenset(
    {bool, bytes, date, datetime, Decimal, float, int, str, time, timedelta, type, type(None)}
    | {TokenQuery, TokenRef, UUID}
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class CachedRow:
    """The columns of a token and its user, without the token itself."""

    read_at: float
    user_id: str
    row: Sequence[Any]
    secret_columns: Sequence[int]
    mutable_columns: Sequence[tuple[int, Callable[[Any], Any]]]
    """The columns to copy, each with the function that does so."""

    @classmethod
    def create(
        cls, row: Sequence[Any], raw: str | bytes, *, user_id: str, read_at: float
    ) -> CachedRow:
        """Return a copy of ``row`` without the columns that contain ``raw``."""
        secret_columns = [n for n, value in enumerate(row) if value == raw]
        public = [None if n in secret_columns else value for n, value in enumerate(row)]
        return cls(
            read_at=read_at,
            user_id=user_id,
            row=copy_values(public),
            secret_columns=secret_columns,
            mutable_columns=[
                (n, _get_copy_function(value))
                for n, value in enumerate(public)
                if type(value) not in IMMUTABLE_TYPES
            ],
        )

    def restore(self, raw: str | bytes) -> list[Any]:
        """Return the columns as they were read, with copies of mutable values."""
        row = [*self.row]
        for index in self.secret_columns:
            row[index] = raw
        for index, copy in self.mutable_columns:
            row[index] = copy(row[index])
        return row


def copy_values(values: Sequence[Any]) -> list[Any]:
    """Return ``values`` with copies of mutable ones."""
    return [v if type(v) in IMMUTABLE_TYPES else deepcopy(v) for v in values]


def _get_copy_function(value: Any) -> Callable[[Any], Any]:
    """Return a function that copies ``value``, the fastest one for a dictionary of claims."""
    is_flat = type(value) is dict and all(type(each) in IMMUTABLE_TYPES for each in value.values())
    return dict.copy if is_flat else deepcopy
