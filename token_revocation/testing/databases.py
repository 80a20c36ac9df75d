"""A database that fails, or that is written to between a question and its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connections, router

from token_revocation.models import RevokedToken

Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@contextmanager
def failing_database(*words: str) -> Iterator[None]:
    """Fail every statement of this thread that holds all of ``words``; without words, every one."""

    def fail(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if all(word in sql for word in words):
            raise OperationalError("the server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    with _database().execute_wrapper(fail):
        yield


@contextmanager
def overtaken_by(act: Callable[[], object]) -> Iterator[None]:
    """Call ``act`` when the database has found an answer that the store does not know yet.

    At the end of the block if the store asks no database.
    """
    waiting = [act]

    def go(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        found = execute(sql, params, many, context)
        if waiting and RevokedToken._meta.db_table in sql:
            waiting.pop()()
        return found

    with _database().execute_wrapper(go):
        yield
    while waiting:
        waiting.pop()()


def _database() -> Any:
    return connections[router.db_for_write(RevokedToken)]
