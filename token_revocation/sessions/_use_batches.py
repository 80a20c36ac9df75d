"""Batches of uses, stored in the database and the schema of their tenant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import connections

from token_revocation._tenants import Scope
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.services._transactions import run_first_possible
from token_revocation.sessions._use_records import Use, store_uses
from token_revocation.stores.snapshot._tenant_schema import (
    SelectSchema,
    keep_schema,
    schema_selector,
)


@dataclass
class Batch:
    """Uses in one database and tenant."""

    using: str
    database: str
    """The name of the database, which is another one after tests."""
    select_schema: SelectSchema
    uses: dict[UUID, Use] = field(default_factory=dict)
    """The last use of each session, by its family key."""

    def take(self) -> Batch:
        """Return a batch with all uses, and keep none. The caller has locked this one."""
        taken = replace(self, uses={**self.uses})
        self.uses.clear()
        return taken

    def is_of_other_database(self) -> bool:
        """Return whether the alias leads to another database now."""
        return bool(connections[self.using].settings_dict["NAME"] != self.database)

    def store(self) -> bool:
        """Store the uses; return ``False`` if the database failed."""
        stored = []

        def store() -> None:
            store_uses(self.uses, self.using)
            stored.append(self)

        # database_errors() has logged the error, unless the tables do not exist yet.
        with self._schema(), suppress(RevocationUnavailable):
            run_first_possible(store)
        return bool(stored)

    @contextmanager
    def _schema(self) -> Iterator[None]:
        """Switch the connection of this thread to the tenant, and back."""
        if self.select_schema is keep_schema:
            yield
            return
        connection = connections[self.using]
        restore = schema_selector(connection)
        self.select_schema(connection)
        try:
            yield
        finally:
            restore(connection)


def make_batch(scope: Scope) -> Batch:
    """Return an empty batch of ``scope``, the scope of this thread."""
    using, tenant = scope
    connection = connections[using]
    select_schema = schema_selector(connection) if tenant else keep_schema
    return Batch(using, connection.settings_dict["NAME"], select_schema)
