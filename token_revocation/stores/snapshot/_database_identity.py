"""A name for the tables of a database and tenant, in cache keys and in messages of a push."""

from __future__ import annotations

import uuid
from functools import lru_cache
from time import monotonic

from django.db import Error, connections

from token_revocation._tenants import Scope
from token_revocation.stores.snapshot._revisions import current_state, find_state
from token_revocation.tokens import name_key

REFRESH_INTERVAL_SECONDS = 60.0
"""The name is read again after this time, as a restored backup has another one."""


def scope_name(identity: uuid.UUID, scope: Scope) -> str:
    """Return the name of the tables with ``identity``, the value in their state."""
    using, tenant = scope
    # A clone of the database has the same identity, but usually another name.
    return _hash(identity.hex, str(connections[using].settings_dict["NAME"]), tenant)


class DatabaseIdentity:
    """The name of the tables of ``scope``, unique among projects that share a server."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._name: str | None = None
        self._refresh_at = float("-inf")

    def get(self) -> str | None:
        """Return the name, or ``None`` if it could not be read yet. Never raises."""
        if monotonic() >= self._refresh_at:
            self._refresh()
        return self._name

    def _refresh(self) -> None:
        using, _ = self._scope
        try:
            # In a transaction the state is only read: its new row could be rolled back, and the
            # next one would have another identity.
            may_write = connections[using].get_autocommit()
            state = current_state(using) if may_write else find_state(using)
        except Error:
            return
        if state is not None:
            self._name = scope_name(state.identity, self._scope)
            self._refresh_at = monotonic() + REFRESH_INTERVAL_SECONDS


@lru_cache(maxsize=1024)
def _hash(*parts: str) -> str:
    return name_key("database", *parts).hex
