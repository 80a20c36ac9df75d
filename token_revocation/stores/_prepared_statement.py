"""A statement that PostgreSQL parses and plans once for each connection."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from token_revocation.conf import settings
from token_revocation.tokens import name_key

EXECUTIONS_BEFORE_PREPARE = 5
"""The executions on a connection before it prepares, as most connections of ``CONN_MAX_AGE = 0`` end
before. psycopg has the same number."""

EXECUTIONS_ATTRIBUTE = "_token_revocation_executions"
"""Attribute of a connection of psycopg with the number of executions of each statement."""

FAILED = -sys.maxsize
"""The number of executions of a statement that is not prepared again on this connection."""

IN_SAVEPOINT = "SAVEPOINT token_revocation; {}; RELEASE SAVEPOINT token_revocation"
ROLLBACK = "ROLLBACK TO SAVEPOINT token_revocation; RELEASE SAVEPOINT token_revocation"


@dataclass(frozen=True, kw_only=True, eq=False)
class PreparedStatement:
    """The statements ``PREPARE`` and ``EXECUTE`` for one statement with parameters.

    The database derives the types of the parameters from the columns that they are compared with.
    https://www.postgresql.org/docs/current/sql-prepare.html
    """

    sql: str
    name: str
    prepare: str
    constants: Sequence[Any]
    execute: str
    param_indexes: Sequence[int]
    """The parameters that change; the others are part of the prepared statement."""

    @classmethod
    def create(
        cls, sql: str, params: Sequence[Any], param_indexes: Sequence[Sequence[int]]
    ) -> PreparedStatement:
        """Create the statement for ``sql``, where each of ``param_indexes`` takes one value."""
        used = [indexes for indexes in param_indexes if indexes]
        numbers = {index: n for n, indexes in enumerate(used, 1) for index in indexes}
        markers = [f"${numbers[n]}" if n in numbers else "%s" for n in range(len(params))]
        text = sql.replace("%%", "%%%%") % tuple(markers)
        constants = [param for n, param in enumerate(params) if n not in numbers]
        # Behind a pooler, another process may have prepared a statement on the same connection
        # of the server. With a name made of its text, it is never another statement.
        digest = name_key("statement", text, *map(repr, constants)).hex
        name = f"token_revocation_{digest}"
        return cls(
            sql=sql,
            name=name,
            prepare=f"PREPARE {name} AS {text}",
            constants=constants,
            execute=f"EXECUTE {name} ({', '.join(['%s'] * len(used))})",
            param_indexes=[indexes[0] for indexes in used],
        )


class PreparingCursor:
    """A cursor of psycopg that executes one statement as a prepared one.

    Django's ``CursorWrapper`` calls it, so its wrappers and logs contain the original statement.
    """

    def __init__(self, cursor: Any, statement: PreparedStatement, connection: Any) -> None:
        self._cursor, self._statement, self._connection = cursor, statement, connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def execute(self, sql: str, params: Sequence[Any]) -> None:
        """Execute ``sql``, by ``EXECUTE`` if it is the statement and was repeated."""
        self._sql, self._params = sql, params
        # A wrapper may have added a comment, which differs between requests.
        if sql != self._statement.sql:
            self._cursor.execute(sql, params)
            return
        executions = vars(self._cursor.connection).setdefault(EXECUTIONS_ATTRIBUTE, Counter())
        executions[self._statement.name] += 1
        if executions[self._statement.name] <= EXECUTIONS_BEFORE_PREPARE:
            self._cursor.execute(sql, params)
        else:
            self._execute_or_repeat(executions)

    def _execute_or_repeat(self, executions: Counter[str]) -> None:
        """Execute the prepared statement; if that is not possible, the original one."""
        name, database = self._statement.name, self._connection.Database
        try:
            self._execute_prepared(executions[name])
        except database.Error as error:
            # A lost connection or a timeout, which would occur again.
            if isinstance(error, database.OperationalError):
                raise
            # A migration has changed the types of the result, or the statement was deallocated.
            # Not so if only a value does not fit its column.
            if not isinstance(error, database.DataError):
                executions[name] = FAILED
            if not self._connection.autocommit:
                self._cursor.execute(ROLLBACK)
            self._cursor.execute(self._sql, self._params)

    def _execute_prepared(self, executions: int) -> None:
        statement = self._statement
        if executions == EXECUTIONS_BEFORE_PREPARE + 1:
            self._execute_safely(statement.prepare, statement.constants)
        values = [self._params[index] for index in statement.param_indexes]
        self._execute_safely(statement.execute, values)

    def _execute_safely(self, sql: str, params: Sequence[Any]) -> None:
        """Execute ``sql`` in one round trip, so that its error does not break a transaction."""
        # Autocommit is off in every transaction.
        if self._connection.autocommit:
            self._cursor.execute(sql, params)
        else:
            self._cursor.execute(IN_SAVEPOINT.format(sql), params)
            self._cursor.nextset()  # From the result of SAVEPOINT to that of ``sql``.

    @property
    def _query(self) -> Any:
        """The original statement with its values, which Django's log of queries reads."""
        sql = self._connection.ops.compose_sql(self._sql, self._params)
        return SimpleNamespace(query=sql.encode())


def may_prepare(connection: Any) -> bool:
    """Return whether statements are prepared on ``connection`` now."""
    return (
        settings.PREPARE_STATEMENTS
        and connection.vendor == "postgresql"
        and find_obstacle(connection) is None
    )


def find_obstacle(connection: Any) -> str | None:
    """Return why no statement is prepared on ``connection`` to PostgreSQL, or ``None``."""
    if connection.Database.__name__ != "psycopg":
        return "it needs psycopg 3"
    if connection.features.uses_server_side_binding:
        return "with server_side_binding, psycopg prepares statements itself"
    # Transactions of a pooler run on changing connections of the server. Django's option for it:
    # https://docs.djangoproject.com/en/stable/ref/databases/#transaction-pooling-server-side-cursors
    if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        return "DISABLE_SERVER_SIDE_CURSORS is set, as for a transaction pooler"
    return None
