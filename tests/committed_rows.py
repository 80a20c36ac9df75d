"""The end of tests that commit: their rows are deleted."""

from __future__ import annotations

from django.core.management.color import no_style
from django.db import connections

from token_revocation.stores import _lifetimes

KEPT_TABLES = {"auth_permission", "django_content_type"}
"""Their rows come from migrations; no test changes them."""


def delete_committed_rows(test):
    """Replace ``_fixture_teardown`` of a test case; both databases keep their permissions."""
    for alias in test._databases_names(include_mirrors=False):
        _delete_rows(connections[alias])
    _lifetimes.clear_recorded()


def _delete_rows(connection):
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [name for name in names if name not in KEPT_TABLES]
    connection.ops.execute_sql_flush(_deletions(connection, tables))


def _deletions(connection, tables):
    if connection.vendor != "postgresql":
        return connection.ops.sql_flush(no_style(), tables)
    # TRUNCATE writes new files for each of the tables and waits for the disk.
    names = [connection.ops.quote_name(table) for table in tables]
    return [";".join(f"DELETE FROM {name}" for name in names)]  # noqa: S608
