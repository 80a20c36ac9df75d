"""A query that Django has compiled once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

Mark = tuple[Any, Any]
"""A field, and a value of it that occurs nowhere else in the query."""

KEPT = "_token_revocation_converters"

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
    places: Sequence[Sequence[int]]
    """For each field, where in the parameters its value goes."""
    params: Sequence[Any]
    columns: Sequence[Any]
    """What is selected: the expression where its values need converting, ``None`` elsewhere."""

    @classmethod
    def compile(cls, compiler: Any, marks: Sequence[Mark]) -> Statement:
        """Compile with marked values, to learn where in the parameters each one lands."""
        sql, params = compiler.as_sql()
        adapted = [f.get_db_prep_value(mark, compiler.connection) for f, mark in marks]
        return cls(
            sql=sql,
            query=compiler.query,
            fields=[field for field, _ in marks],
            places=[[n for n, p in enumerate(params) if p == mark] for mark in adapted],
            params=params,
            columns=_columns(compiler),
        )

    def first(self, values: Sequence[Any], connection: Any) -> Sequence[Any] | None:
        """The first row, as the driver gives it, with ``values`` in the places of the marks."""
        params = [*self.params]
        for field, places, value in zip(self.fields, self.places, values, strict=True):
            adapted = field.get_db_prep_value(value, connection)
            for place in places:
                params[place] = adapted
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            row: Sequence[Any] | None = cursor.fetchone()
            return row

    def converted(self, row: Sequence[Any], connection: Any) -> list[Any]:
        """The values of ``row`` as its fields have them in Python."""
        values = list(row)
        for place, convert, column in self._converters(connection):
            values[place] = convert(values[place], column, connection)
        return values

    def _converters(self, connection: Any) -> Sequence[Converter]:
        """Kept in the connection and gone with it; with time zones they are others."""
        kept: dict[Any, Sequence[Converter]] = vars(connection).setdefault(KEPT, {})
        name = self, settings.USE_TZ
        found = kept.get(name)
        if found is None:
            compiler = self.query.get_compiler(connection=connection)
            found = kept[name] = [
                (place, convert, column)
                for place, (converts, column) in compiler.get_converters(self.columns).items()
                for convert in converts
            ]
        return found


def _columns(compiler: Any) -> list[Any]:
    selected = [expression for expression, *_ in compiler.select]
    converters: Mapping[int, Any] = compiler.get_converters(selected)
    return [column if n in converters else None for n, column in enumerate(selected)]
