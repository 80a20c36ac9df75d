"""A project that keeps its revocations in a database of their own."""

from __future__ import annotations

from contextlib import contextmanager

from django.db import OperationalError, connections

HOME = "other"


class RevocationRouter:
    """As in docs/operations.md."""

    def db_for_read(self, model, **hints):
        return HOME if model._meta.app_label == "token_revocation" else None

    db_for_write = db_for_read


@contextmanager
def tables_apart():
    """Fail what looks for a table in the wrong one; in the tests both have them all."""

    def without(*tables):
        def look(execute, sql, params, many, context):
            if any(table in sql for table in tables):
                raise OperationalError(f"no such table: {sql}")
            return execute(sql, params, many, context)

        return look

    with (
        connections["default"].execute_wrapper(without("token_revocation")),
        connections[HOME].execute_wrapper(without("auth_user", "auth_group", "authtoken")),
    ):
        yield
