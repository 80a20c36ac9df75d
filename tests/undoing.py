"""A database that undoes transactions so that others get on, as servers do in a deadlock."""

from __future__ import annotations

from django.db import OperationalError

from token_revocation.services.transactions import MYSQL_DEADLOCK


class Serialization(Exception):
    """As PostgreSQL's drivers say it."""

    sqlstate = "40P01"


class Undoing:
    """Undoes so many transactions when they insert a row."""

    def __init__(self, times, error):
        self.times, self.error, self.begun = times, error, 0

    def __call__(self, execute, sql, *args):
        if sql.startswith("INSERT INTO"):
            self.begun += 1
            if self.begun <= self.times:
                raise self.error
        return execute(sql, *args)


def deadlock():
    return OperationalError(MYSQL_DEADLOCK, "Deadlock found")


def deadlock_on_postgresql():
    error = OperationalError("deadlock detected")
    error.__cause__ = Serialization()
    return error
