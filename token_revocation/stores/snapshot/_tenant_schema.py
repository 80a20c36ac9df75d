"""Functions that switch a connection to the schema or database of a tenant."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

SelectSchema = Callable[[Any], None]
"""Switches a connection to the schema, or the database, of one tenant."""

CURRENT_SCHEMA_SQL = {
    "postgresql": "SELECT current_setting('search_path')",
    "mysql": "SELECT DATABASE()",
}


def keep_schema(connection: Any) -> None:
    """Leave the schema of ``connection`` unchanged."""
    return


def schema_selector(connection: Any) -> SelectSchema:
    """Return a function that gives another connection the schema of ``connection``.

    Costs one query.
    """
    if hasattr(connection, "set_schema"):  # The backend of django-tenants.
        return partial(_set_schema, connection.schema_name)
    sql = CURRENT_SCHEMA_SQL.get(connection.vendor)
    if sql is None:
        return keep_schema
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return partial(_select_schema, cursor.fetchone()[0])


def _set_schema(name: str, connection: Any) -> None:
    connection.set_schema(name)


def _select_schema(name: str, connection: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT set_config('search_path', %s, false)", [name])
        else:
            cursor.execute(f"USE {connection.ops.quote_name(name)}")
