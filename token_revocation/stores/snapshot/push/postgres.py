"""Over the database itself: LISTEN and NOTIFY of PostgreSQL."""

from __future__ import annotations

from django.core.checks import CheckMessage, Error
from django.db import connections

from token_revocation.stores.snapshot.push import CHANNEL, Push


class PostgresPush(Push):
    """One more query for a revocation, and one more connection for each process that asks.

    Needs psycopg 3.2, and a connection that is the process's own: a pooler that lends it for one
    transaction at a time hears nothing.
    """

    def send(self) -> None:
        with connections[self.using].cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")

    def listen(self) -> None:
        with connections[self.using].cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")

    def wait(self, seconds: float) -> bool:
        heard = connections[self.using].connection.notifies(timeout=seconds, stop_after=1)
        return any(True for _ in heard)

    def hang_up(self) -> None:
        connections[self.using].close()

    def check(self) -> list[CheckMessage]:
        if connections[self.using].vendor == "postgresql":
            return []
        return [
            Error(
                f"PostgresPush on the database {self.using!r}, which is no PostgreSQL.",
                hint="Name another push in STORE_OPTIONS of TOKEN_REVOCATION, or none.",
                id="token_revocation.E014",
            )
        ]
