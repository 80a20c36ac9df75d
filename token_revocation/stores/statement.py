"""A query that Django has compiled once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connections

Mark = tuple[Any, Any]
"""A field, and a value of it that occurs nowhere else in the query."""

Converter = tuple[int, Any, Any]
"""The place of a column, what makes Python's value of the driver's, and the column."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Statement:
    """A query whose SQL is the same each time but for its parameters.

    Building the SQL costs Django several times what the database needs to run it. What belongs
    to one connection is kept with that connection, so all threads share an instance.
    """

    sql: str
    query: Any
    fields: Sequence[Any]
    slots: Sequence[int | None]
    constants: Sequence[Any]
    columns: Sequence[Any]
    """What is selected: the expression where its values need converting, ``None`` elsewhere."""

    @classmethod
    def compile(cls, compiler: Any, marks: Sequence[Mark]) -> Statement:
        """Compile with marked values, to learn where in the parameters each one lands."""
        sql, params = compiler.as_sql()
        fields = [field for field, _ in marks]
        adapted = _adapt(fields, [value for _, value in marks], compiler.connection)
        return cls(
            sql=sql,
            query=compiler.query,
            fields=fields,
            slots=[adapted.index(p) if p in adapted else None for p in params],
            constants=params,
            columns=_columns(compiler),
        )

    def first(self, values: Sequence[Any], using: str) -> Sequence[Any] | None:
        """The first row, as the driver gives it, with ``values`` in the places of the marks."""
        connection = connections[using]
        adapted = _adapt(self.fields, values, connection)
        pairs = zip(self.slots, self.constants, strict=True)
        params = [constant if slot is None else adapted[slot] for slot, constant in pairs]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            row: Sequence[Any] | None = cursor.fetchone()
            return row

    def converted(self, row: Sequence[Any], using: str) -> list[Any]:
        """The values of ``row`` as its fields have them in Python."""
        connection, values = connections[using], list(row)
        for place, convert, column in self._converters(connection):
            values[place] = convert(values[place], column, connection)
        return values

    def _converters(self, connection: Any) -> Sequence[Converter]:
        kept = _kept(connection)
        found = kept.get(self)
        if found is None:
            compiler = self.query.get_compiler(connection=connection)
            found = kept[self] = [
                (place, convert, column)
                for place, (converts, column) in compiler.get_converters(self.columns).items()
                for convert in converts
            ]
        return found


def _kept(connection: Any) -> WeakKeyDictionary[Statement, Sequence[Converter]]:
    """What is kept in ``connection`` and gone with it; with time zones converters are others."""
    name = f"_token_revocation_converters_{settings.USE_TZ}"
    kept: dict[str, WeakKeyDictionary[Statement, Sequence[Converter]]] = vars(connection)
    if name not in kept:
        kept[name] = WeakKeyDictionary()
    return kept[name]


def _adapt(fields: Iterable[Any], values: Iterable[Any], connection: Any) -> list[Any]:
    """``values`` as the driver takes them."""
    pairs = zip(fields, values, strict=True)
    return [field.get_db_prep_value(value, connection) for field, value in pairs]


def _columns(compiler: Any) -> list[Any]:
    selected = [expression for expression, *_ in compiler.select]
    converters: Mapping[int, Any] = compiler.get_converters(selected)
    return [column if n in converters else None for n, column in enumerate(selected)]
