"""Push by LISTEN and NOTIFY of PostgreSQL."""

from __future__ import annotations

from django.core.checks import CheckMessage, Error
from django.db import connections

from token_revocation.stores.snapshot.push import CHANNEL, Push


class PostgresPush(Push):
    """Push over the database of the revocations, a PostgreSQL.

    Costs one query for each revocation, and one connection for each process that listens. It
    needs psycopg 3.2 and a dedicated connection: a transaction-pooling proxy such as PgBouncer
    does not deliver notifications (https://www.pgbouncer.org/features.html).
    """

    def send(self, message: str) -> None:
        with connections[self.using].cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, message])

    def listen(self) -> bool:
        connection = connections[self.using]
        connection.ensure_connection()
        if not connection.get_autocommit():
            connection.set_autocommit(True)  # LISTEN takes effect with the commit.
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        return True  # PostgreSQL keeps no messages for a lost connection.

    def wait(self, seconds: float) -> list[str]:
        received = connections[self.using].connection.notifies(timeout=seconds, stop_after=1)
        return [notification.payload for notification in received]

    def disconnect(self) -> None:
        connections[self.using].close()

    def check(self) -> list[CheckMessage]:
        if connections[self.using].vendor == "postgresql":
            return []
        return [
            Error(
                f"PostgresPush needs PostgreSQL, but the database {self.using!r} is another one.",
                hint="Use another push in TOKEN_REVOCATION['STORE_OPTIONS'], or remove it.",
                id="token_revocation.E014",
            )
        ]
