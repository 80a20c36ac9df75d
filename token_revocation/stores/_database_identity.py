"""A name for the tables of a database and tenant, as a prefix of cache keys."""

from __future__ import annotations

from time import monotonic

from django.db import Error, connections

from token_revocation._tenants import Scope
from token_revocation.stores.snapshot._revisions import current_state, find_state
from token_revocation.tokens import name_key

REFRESH_INTERVAL_SECONDS = 60.0
"""The name is read again after this time, as a restored backup has another one."""


class DatabaseIdentity:
    """The name of the tables of ``scope``, unique among projects that share a cache."""

    def __init__(self, scope: Scope) -> None:
        self._using, self._tenant = scope
        self._name: str | None = None
        self._refresh_at = float("-inf")

    def get(self) -> str | None:
        """Return the name, or ``None`` if it could not be read yet. Never raises."""
        if monotonic() >= self._refresh_at:
            self._refresh()
        return self._name

    def _refresh(self) -> None:
        connection = connections[self._using]
        try:
            # In a transaction the state is only read: its new row could be rolled back, and the
            # next one would have another identity.
            may_write = connection.get_autocommit()
            state = current_state(self._using) if may_write else find_state(self._using)
        except Error:
            return
        if state is not None:
            # A clone of the database has the same identity, but usually another name.
            database_name = str(connection.settings_dict["NAME"])
            parts = (state.identity.hex, database_name, self._tenant)
            self._name = name_key("database", *parts).hex
            self._refresh_at = monotonic() + REFRESH_INTERVAL_SECONDS
