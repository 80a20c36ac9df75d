"""Checks of ``PREPARE_STATEMENTS`` with the database of the revocations."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.checks import CheckMessage, Warning
from django.db import connections, router

from token_revocation.conf import settings
from token_revocation.models import RevokedToken
from token_revocation.stores._prepared_statement import find_obstacle

POOLER_PORTS = {"6432", "6543"}
"""The usual ports of PgBouncer, Odyssey and PgCat, and of Supavisor in transaction mode."""


def check_prepared_statements() -> Iterator[CheckMessage]:
    """Warn of prepared statements that have no effect, or that a pooler may lose."""
    connection = connections[router.db_for_write(RevokedToken)]
    if not settings.PREPARE_STATEMENTS or connection.vendor != "postgresql":
        return
    obstacle, port = find_obstacle(connection), str(connection.settings_dict["PORT"])
    if obstacle:
        yield Warning(
            f"TOKEN_REVOCATION['PREPARE_STATEMENTS'] has no effect: {obstacle}.",
            hint="Remove the setting.",
            id="token_revocation.W033",
        )
    elif port in POOLER_PORTS:
        yield Warning(
            f"TOKEN_REVOCATION['PREPARE_STATEMENTS'] is set and port {port} is usually that of a "
            "pooler. In transaction mode it loses prepared statements.",
            hint="Remove the setting, or connect to PostgreSQL itself or to a pooler in session "
            "mode.",
            id="token_revocation.W034",
        )
