"""Transactions that the database aborts, as servers do to resolve a deadlock."""

from __future__ import annotations

from django.db import OperationalError

from token_revocation.services._transactions import MYSQL_DEADLOCK


class DeadlockDetected(Exception):
    """The error of a PostgreSQL driver."""

    # https://www.postgresql.org/docs/current/errcodes-appendix.html
    sqlstate = "40P01"


class AbortedInserts:
    """An ``execute_wrapper`` that fails the first ``times`` inserts."""

    def __init__(self, times, error):
        self.times, self.error, self.attempts = times, error, 0

    def __call__(self, execute, sql, *args):
        if sql.startswith("INSERT INTO"):
            self.attempts += 1
            if self.attempts <= self.times:
                raise self.error
        return execute(sql, *args)


def mysql_deadlock():
    return OperationalError(MYSQL_DEADLOCK, "Deadlock found")


def postgresql_deadlock():
    error = OperationalError("deadlock detected")
    error.__cause__ = DeadlockDetected()
    return error
