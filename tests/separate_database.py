"""A project whose revocations are stored in a database of their own."""

from __future__ import annotations

from contextlib import contextmanager

from django.db import OperationalError, connections

REVOCATION_DATABASE = "other"
APPS = {"token_revocation", "token_sessions"}


class RevocationRouter:
    """The router of docs/operations.md."""

    def db_for_read(self, model, **hints):
        return REVOCATION_DATABASE if model._meta.app_label in APPS else None

    db_for_write = db_for_read


@contextmanager
def separate_tables():
    """Fail each query that uses a table of the other database.

    The test databases both have all tables, so a query of the wrong one would succeed.
    """

    def without(*tables):
        def check(execute, sql, params, many, context):
            if any(table in sql for table in tables):
                raise OperationalError(f"no such table: {sql}")
            return execute(sql, params, many, context)

        return check

    with (
        connections["default"].execute_wrapper(without(*APPS)),
        connections[REVOCATION_DATABASE].execute_wrapper(
            without("auth_user", "auth_group", "authtoken")
        ),
    ):
        yield
