"""Transactions of the services: errors and retries."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from random import uniform
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connections, router, transaction

from token_revocation._context_variables import set_in_block
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken

logger = logging.getLogger("token_revocation")

P = ParamSpec("P")
T = TypeVar("T")

MAX_ATTEMPTS = 12

# The longest random delay before the second attempt. It doubles with each attempt.
RETRY_DELAY_SECONDS = 0.01
MAX_RETRY_DELAY_SECONDS = 0.2

# Error codes of MySQL and MariaDB: a deadlock, a row that has changed since it was read
# (ER_CHECKREAD), and a duplicate key. https://mariadb.com/kb/en/mariadb-error-code-reference/
MYSQL_DEADLOCK = 1213
MYSQL_ABORTED = (MYSQL_DEADLOCK, 1020, 1062)

# PostgreSQL: the key of a row that another transaction stored, and that this one cannot see.
# https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html
UNIQUE_VIOLATION = "23505"

# Undefined table and column: https://www.postgresql.org/docs/current/errcodes-appendix.html,
# https://mariadb.com/kb/en/mariadb-error-code-reference/, and the messages of SQLite.
POSTGRESQL_MISSING = ("42P01", "42703")
MYSQL_MISSING = (1146, 1054)
SQLITE_MISSING = ("no such table", "no such column", "has no column named")

_expects_missing_tables: ContextVar[bool] = ContextVar(
    "token_revocation_expects_missing_tables", default=False
)


class TransactionAborted(RevocationUnavailable):
    """The database rolled back the transaction: a deadlock or a serialization failure."""


class TablesMissing(RevocationUnavailable):
    """A table or a column does not exist, because migrations have not been applied."""


@contextmanager
def database_errors(using: str | None, *, secret: bool = False) -> Iterator[str]:
    """Yield the database alias, and turn database errors into a 503 response.

    Args:
        secret: Whether error messages of the database may contain tokens, so that they must not
            be logged.

    Raises:
        TablesMissing: A table or a column does not exist.
        RevocationUnavailable: Another database error.
    """
    try:
        yield using or router.db_for_write(RevokedToken)
    except Error as error:
        message = type(error).__name__ if secret else error
        level = _log_level(error)
        logger.log(level, "Revocation database error: %s", message, exc_info=not secret)
        unavailable = TablesMissing if _is_missing_table(error) else RevocationUnavailable
        raise unavailable from (None if secret else error)


@contextmanager
def atomic_write(using: str | None, *, secret: bool = False) -> Iterator[str]:
    """Open a transaction that handles errors as :func:`database_errors` does.

    Raises:
        TransactionAborted: :func:`retry_on_deadlock` can run the transaction again.
        RevocationUnavailable: Another database error.
    """
    with database_errors(using, secret=secret) as alias:
        is_outermost = not connections[alias].in_atomic_block
        try:
            with transaction.atomic(using=alias):
                yield alias
        except (Error, RevocationUnavailable, ImproperlyConfigured) as error:
            if is_outermost and _is_aborted(error):
                raise TransactionAborted from (None if secret else error)
            raise


def retry_on_deadlock(write: Callable[P, T]) -> Callable[P, T]:
    """Run ``write``, which opens a transaction, again while the database aborts it.

    It runs up to :data:`MAX_ATTEMPTS` times, with a random delay between the attempts.

    Raises:
        ImproperlyConfigured: A row could not be stored in any attempt. In a single one, a
            concurrent transaction may have stored it.
    """
    # Two calls that change a row which a third has just stored may block each other: on MariaDB,
    # each failed insert leaves a shared lock on the row. The next attempt finds the row stored, and
    # takes its lock in order. Under REPEATABLE READ and SERIALIZABLE, only a new transaction sees
    # the row.
    # https://mariadb.com/kb/en/innodb-lock-modes/

    @wraps(write)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        for attempt in range(MAX_ATTEMPTS - 1):
            with suppress(TransactionAborted):
                return write(*args, **kwargs)
            # A random delay, so that the conflicting transactions do not meet again.
            max_delay = min(RETRY_DELAY_SECONDS * 2**attempt, MAX_RETRY_DELAY_SECONDS)
            time.sleep(uniform(0, max_delay))  # noqa: S311
        with _original_configuration_error():
            return write(*args, **kwargs)

    return wrapper


@contextmanager
def _original_configuration_error() -> Iterator[None]:
    """Raise the configuration error that aborted every attempt, instead of a 503."""
    try:
        yield
    except TransactionAborted as error:
        if isinstance(error.__cause__, ImproperlyConfigured):
            raise error.__cause__ from error.__cause__.__cause__
        raise


def run_first_possible(*attempts: Callable[[], object]) -> None:
    """Run ``attempts`` in order until one finds all tables it needs, or none is left.

    Receivers use it, so that a project can save its models while the database is migrated.
    """
    with set_in_block(_expects_missing_tables, True):
        for attempt in attempts:
            with suppress(TablesMissing):
                attempt()
                return


def _log_level(error: BaseException) -> int:
    if _is_missing_table(error) and _expects_missing_tables.get():
        return logging.DEBUG
    # An aborted transaction may succeed in the next attempt.
    return logging.WARNING if _is_aborted(error) else logging.ERROR


def _is_aborted(error: BaseException) -> bool:
    """Return whether another attempt may succeed."""
    # SQLSTATE class 40 is a transaction rollback; the others are rows that were just stored.
    return any(
        state.startswith("40") or state == UNIQUE_VIOLATION or code in MYSQL_ABORTED
        for state, code in _error_codes(error)
    )


def _is_missing_table(error: BaseException) -> bool:
    return any(
        state in POSTGRESQL_MISSING
        or code in MYSQL_MISSING
        or any(message in str(code) for message in SQLITE_MISSING)
        for state, code in _error_codes(error)
    )


def _error_codes(error: BaseException | None) -> Iterator[tuple[str, Any]]:
    """Yield the SQLSTATE and the first argument of ``error`` and of its causes."""
    while error is not None:
        state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or ""
        yield state, next(iter(error.args), None)
        error = error.__cause__
