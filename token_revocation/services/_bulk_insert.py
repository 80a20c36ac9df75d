"""Insertion of many rows in few statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.db.models.sql import InsertQuery

ROWS_PER_STATEMENT = 500


def bulk_insert(rows: Sequence[Any], using: str) -> bool:
    """Insert ``rows``, all of one model, in the open transaction.

    Returns:
        Whether the database returned the primary keys, and the rows now have them.
    """
    model, features = type(rows[0]), connections[using].features
    if connections[using].vendor != "sqlite" or not features.can_return_rows_from_bulk_insert:
        model._default_manager.using(using).bulk_create(rows)
        return bool(features.can_return_rows_from_bulk_insert)
    # Django 5.2 passes at most 999 parameters to a statement, so ``bulk_create()`` would need one
    # statement for each 80 rows. A SQLite version that returns rows takes 32,766 parameters:
    # https://www.sqlite.org/limits.html
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        _insert(model, rows[start : start + ROWS_PER_STATEMENT], using)
    return True


def _insert(model: Any, rows: Sequence[Any], using: str) -> None:
    """Insert ``rows`` in one statement, and set their primary keys."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    query = InsertQuery(model)
    query.insert_values(fields, [*rows])
    returned = query.get_compiler(using=using).execute_sql([model._meta.pk])
    for row, (pk,) in zip(rows, returned, strict=True):
        row.pk = pk
        row._state.adding, row._state.db = False, using
