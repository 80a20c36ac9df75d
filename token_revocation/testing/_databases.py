"""Databases that fail, or that change during a lookup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connections, router

from token_revocation.models import RevokedToken

Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@contextmanager
def failing_database(*words: str) -> Iterator[None]:
    """Fail every statement of this thread that contains all ``words``."""

    def fail(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if all(word in sql for word in words):
            raise OperationalError("the server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    with _connection().execute_wrapper(fail):
        yield


@contextmanager
def called_after_query(function: Callable[[], object]) -> Iterator[None]:
    """Call ``function`` after the lookup query, before the store gets its result.

    If there is no query, it is called at the end of the block.
    """
    pending = [function]

    def run(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        if pending and RevokedToken._meta.db_table in sql:
            pending.pop()()
        return result

    with _connection().execute_wrapper(run):
        yield
    while pending:
        pending.pop()()


def _connection() -> Any:
    return connections[router.db_for_write(RevokedToken)]
