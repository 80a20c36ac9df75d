"""A query whose SQL Django compiles once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings

from token_revocation.stores._prepared_statement import (
    PreparedStatement,
    PreparingCursor,
    may_prepare,
)

Placeholder = tuple[Any, Any]
"""A field, and a value of it that occurs nowhere else in the query."""

CONVERTERS_ATTRIBUTE = "_token_revocation_converters"
"""Attribute of a connection with the converters of its compiled queries."""

Converter = tuple[int, Any, Any]
"""The index of a column, a function that converts its value, and the column expression."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CompiledQuery:
    """A query with constant SQL and changing parameters, shared by all threads.

    Django takes several times as long to build the SQL as the database to run it. State that
    depends on a connection is stored in that connection.
    """

    sql: str
    query: Any
    fields: Sequence[Any]
    param_indexes: Sequence[Sequence[int]]
    """For each field, the indexes of the parameters that take its value."""
    params: Sequence[Any]
    columns: Sequence[Any]
    """For each column, its expression if values need conversion, else ``None``."""

    @classmethod
    def compile(cls, compiler: Any, placeholders: Sequence[Placeholder]) -> CompiledQuery:
        """Compile a query, and find its parameters by the values of ``placeholders``."""
        sql, params = compiler.as_sql()
        return cls._create(sql, params, compiler, placeholders)

    @classmethod
    def compile_union(
        cls, compilers: Sequence[Any], placeholders: Sequence[Placeholder]
    ) -> CompiledQuery:
        """Compile all rows of several queries, with values of the fields of the last one."""
        # Not by QuerySet.union(), whose parts may have no LIMIT on SQLite.
        parts = [compiler.as_sql() for compiler in compilers]
        sql = " UNION ALL ".join(f"SELECT * FROM ({sql}) part" for sql, _ in parts)  # noqa: S608
        params = [param for _, params in parts for param in params]
        return cls._create(sql, params, compilers[-1], placeholders)

    @classmethod
    def _create(
        cls, sql: str, params: Sequence[Any], compiler: Any, placeholders: Sequence[Placeholder]
    ) -> CompiledQuery:
        adapted = [f.get_db_prep_value(value, compiler.connection) for f, value in placeholders]
        return cls(
            sql=sql,
            query=compiler.query,
            fields=[field for field, _ in placeholders],
            param_indexes=[[n for n, p in enumerate(params) if p == value] for value in adapted],
            params=params,
            columns=_columns(compiler),
        )

    def fetch_first(self, values: Sequence[Any], connection: Any) -> Sequence[Any] | None:
        """Run the query with ``values``; return the first row as the driver returns it."""
        with connection.cursor() as cursor:
            self._execute(cursor, values, connection)
            row: Sequence[Any] | None = cursor.fetchone()
            return row

    def fetch_all(self, values: Sequence[Any], connection: Any) -> list[list[Any]]:
        """Run the query with ``values``; return all rows, converted."""
        with connection.cursor() as cursor:
            self._execute(cursor, values, connection)
            return [self.convert(row, connection) for row in cursor.fetchall()]

    def convert(self, row: Sequence[Any], connection: Any) -> list[Any]:
        """Convert the values of ``row`` to the Python values of their fields."""
        values = list(row)
        for index, convert, column in self._converters(connection):
            values[index] = convert(values[index], column, connection)
        return values

    def _execute(self, cursor: Any, values: Sequence[Any], connection: Any) -> None:
        if may_prepare(connection):
            cursor.cursor = PreparingCursor(cursor.cursor, self._prepared, connection)
        cursor.execute(self.sql, self._replace_params(values, connection))

    def _replace_params(self, values: Sequence[Any], connection: Any) -> list[Any]:
        params = [*self.params]
        for field, indexes, value in zip(self.fields, self.param_indexes, values, strict=True):
            adapted = field.get_db_prep_value(value, connection)
            for index in indexes:
                params[index] = adapted
        return params

    @cached_property
    def _prepared(self) -> PreparedStatement:
        return PreparedStatement.create(self.sql, self.params, self.param_indexes)

    def _converters(self, connection: Any) -> Sequence[Converter]:
        cached: dict[Any, Sequence[Converter]] = vars(connection).setdefault(
            CONVERTERS_ATTRIBUTE, {}
        )
        key = self, settings.USE_TZ  # Converters depend on the time zone support.
        found = cached.get(key)
        if found is None:
            compiler = self.query.get_compiler(connection=connection)
            found = cached[key] = [
                (index, convert, column)
                for index, (converts, column) in compiler.get_converters(self.columns).items()
                for convert in converts
            ]
        return found


def _columns(compiler: Any) -> list[Any]:
    selected = [expression for expression, *_ in compiler.select]
    converters: Mapping[int, Any] = compiler.get_converters(selected)
    return [column if n in converters else None for n, column in enumerate(selected)]
