"""Buffer of users and tokens that a transaction is about to delete."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import connections, transaction

from token_revocation.adapters import TokenAdapter
from token_revocation.services._external_deletions import TokenRows, record_deleted_rows

MAX_ROWS = 2000

DELETING_STATEMENTS = ("DELETE", "UPDATE")

BUFFER_ATTRIBUTE = "_token_revocation_deletions"


class DeletionBuffer:
    """Users and tokens that one transaction or savepoint is about to delete.

    Django sends ``pre_delete`` for each row before the first statement that changes one: a
    ``DELETE``, or the ``UPDATE`` of a ``SET_NULL`` (``Collector.delete()`` in
    ``django/db/models/deletion.py``). The buffer records its rows before this statement, while
    everything that identifies a token can still be read.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._savepoints = _savepoints(connection)
        self._clear()
        # A rollback also discards the callback.
        transaction.on_commit(self._detach, using=connection.alias)
        self._callbacks = connection.run_on_commit

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        """Record the rows before ``sql`` deletes them, as a wrapper of ``execute``."""
        # A statement in an inner savepoint comes from another receiver, and may be rolled back.
        is_nested = len(_savepoints(self._connection)) > len(self._savepoints)
        if str(sql).lstrip()[:6].upper() in DELETING_STATEMENTS and not is_nested:
            self._detach()
            if self._is_current():
                self.flush()
        return execute(sql, params, many, context)

    def is_reusable(self) -> bool:
        """Return whether new rows would be rolled back together with those in this buffer."""
        is_same_transaction = self._callbacks is self._connection.run_on_commit
        return is_same_transaction and self._savepoints == _savepoints(self._connection)

    def add_user(self, user_id: Any) -> None:
        """Add the primary key of a user."""
        self._users.append(user_id)
        self._flush_if_full()

    def add_token(self, row: Any, adapter: TokenAdapter, reason: str) -> None:
        """Add the row of a token."""
        self._tokens[adapter, reason, type(row)].append(row)
        self._flush_if_full()

    def flush(self) -> None:
        """Record the collected rows, and clear the buffer."""
        users, tokens = self._users, self._tokens
        self._clear()
        record_deleted_rows(
            users,
            [TokenRows(adapter, reason, rows) for (adapter, reason, _), rows in tokens.items()],
        )

    def _clear(self) -> None:
        self._users: list[Any] = []
        self._tokens: dict[tuple[TokenAdapter, str, type[Any]], list[Any]] = defaultdict(list)
        self._count = 0

    def _flush_if_full(self) -> None:
        self._count += 1
        if self._count >= MAX_ROWS or not self._connection.in_atomic_block:
            self.flush()
        elif self not in self._connection.execute_wrappers:
            # As the outermost wrapper: execute_wrapper() pops the innermost when its block ends.
            self._connection.execute_wrappers.insert(0, self)

    def _is_current(self) -> bool:
        """Return whether none of the collected deletions has been rolled back."""
        callbacks = self._connection.run_on_commit
        return callbacks is self._callbacks or any(c[1] == self._detach for c in callbacks)

    def _detach(self) -> None:
        if self in self._connection.execute_wrappers:
            self._connection.execute_wrappers.remove(self)


def get_buffer(using: str) -> DeletionBuffer:
    """Return the buffer of the open transaction or savepoint."""
    connection: Any = connections[using]
    buffer: DeletionBuffer | None = getattr(connection, BUFFER_ATTRIBUTE, None)
    if buffer is None or not buffer.is_reusable():
        buffer = DeletionBuffer(connection)
        setattr(connection, BUFFER_ATTRIBUTE, buffer)
    return buffer


def _savepoints(connection: Any) -> tuple[Any, ...]:
    return tuple(connection.savepoint_ids)
