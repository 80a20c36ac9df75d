"""Times of issue of new rows, which depend on the time of their grant."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from token_revocation._context_variables import set_in_block
from token_revocation.clock import database_now, date_row, native

_is_dated_by_grant = ContextVar("token_revocation_oauth2_provider_dated", default=False)


def create_at(granted_at: datetime | None, create: Callable[[], Any], **columns: Any) -> Any:
    """Create a row that counts as issued at ``granted_at``, by default now.

    Args:
        granted_at: The time of the grant, or ``None``.
        create: Returns the new row.
        **columns: Other columns to set.
    """
    with set_in_block(_is_dated_by_grant, True):
        row = create()
    columns["created"] = granted_at or native(database_now(row._state.db))
    for name, value in columns.items():
        setattr(row, name, value)
    type(row)._base_manager.using(row._state.db).filter(pk=row.pk).update(**columns)
    return row


def date_stored(row: Any) -> None:
    """Date a row that other code has created."""
    if not _is_dated_by_grant.get():
        date_row(row)
