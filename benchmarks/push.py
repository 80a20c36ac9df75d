"""Delay and cost of a push to another process: ``python -m benchmarks.push [REVOCATIONS]``.

On ``BENCH_DATABASE`` and, for one line, ``BENCH_REDIS``. The time is that from the commit in one
process until a ``SnapshotStore`` rejects in another. The statements are those of the threads of
that store. ``BENCH_REFRESH`` is its ``refresh_every``: with 60 seconds, hardly any statements
are those of the refresh by the clock, so what remains is caused by the push.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from random import uniform
from statistics import median, quantiles
from threading import current_thread, main_thread
from time import monotonic, sleep
from typing import Any

import django
from django.db import connection, transaction
from django.db.backends.signals import connection_created

from benchmarks.measure import database

STORE = "token_revocation.stores.snapshot.SnapshotStore"
POSTGRES = "token_revocation.stores.snapshot.push.postgres.PostgresPush"
REDIS = "token_revocation.contrib.redis.RedisPush"

POLL = 0.001
"""Seconds between two lookups."""

REFRESH_EVERY = float(os.environ.get("BENCH_REFRESH", "1"))


def options(push: str) -> dict[str, Any]:
    """Return ``STORE_OPTIONS`` with ``push``, the name of a class or ``none``."""
    from django.conf import settings

    chosen: dict[str, dict[str, Any]] = {
        "none": {},
        "RedisPush": {"push": REDIS, "push_options": {"url": settings.REDIS}},
        "PostgresPush": {"push": POSTGRES},
    }
    return {"refresh_every": REFRESH_EVERY, **chosen[push]}


def tokens(push: str, count: int) -> list[Any]:
    """Return the tokens that one process revokes and the other one looks up."""
    from token_revocation.tokens import TokenRef

    return [TokenRef(kind="push", identifier=f"{push} {number}") for number in range(count)]


def watch(push: str, count: int) -> None:
    """Print the time when the snapshot is loaded, and when each token is rejected.

    Each with the number of statements until then.
    """
    from token_revocation.stores import get_store

    statements = count_statements()

    first, *_ = awaited = tokens(push, count)
    while get_store().is_revoked(first) or not get_store().status()["trusted"]:
        sleep(POLL)
    sleep(min(REFRESH_EVERY, 3))  # The first messages that it may have missed.
    print(monotonic(), len(statements), flush=True)
    for token in awaited:
        while not get_store().is_revoked(token):
            sleep(POLL)
        print(monotonic(), len(statements), flush=True)


def count_statements() -> list[str]:
    """Return a list to which each statement of another thread than this is added."""
    found: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if current_thread() is not main_thread():
            found.append(sql)
        return execute(sql, params, many, context)

    def install(*, connection: Any, **kwargs: Any) -> None:
        connection.execute_wrappers.append(count)

    connection_created.connect(install, weak=False)
    return found


@contextmanager
def watcher(push: str, count: int) -> Iterator[Any]:
    """Run the watching process; give its lines."""
    command = [sys.executable, "-m", "benchmarks.push", str(count), push]
    environment = {**os.environ, "BENCH_SERVES": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        try:
            yield process.stdout
        finally:
            process.kill()


def measure(push: str, count: int) -> tuple[list[float], float]:
    """Return the delays in milliseconds, sorted, and the statements for each revocation."""
    found = []
    with watcher(push, count) as lines:
        _, before = lines.readline().split()
        for token in tokens(push, count):
            sleep(uniform(0.5, 1.5))  # At a random time between two refreshes.
            committed = revoke(token)
            seen, statements = lines.readline().split()
            found.append(1000 * (float(seen) - committed))
    return sorted(found), (int(statements) - int(before)) / count


def revoke(token: Any) -> float:
    """Revoke ``token``; return the time of the commit."""
    from token_revocation import services

    committed_at: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: committed_at.append(monotonic()))
        services.revoke(token)
    return committed_at[0]


def main(count: str = "50", watched: str = "") -> None:
    from django.test import override_settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    if watched:
        with override_settings(TOKEN_REVOCATION=revocation(watched)):
            return watch(watched, int(count))
    with database():
        for push in pushes():
            with override_settings(TOKEN_REVOCATION=revocation(push)):
                report(push, *measure(push, int(count)))
    return None


def pushes() -> list[str]:
    """Return the names of the pushes to measure."""
    none = ["none"] * (REFRESH_EVERY <= 1)
    return [*none, "RedisPush", *["PostgresPush"] * (connection.vendor == "postgresql")]


def revocation(push: str) -> dict[str, Any]:
    """Return the setting ``TOKEN_REVOCATION`` with ``push``."""
    return {"STORE": STORE, "STORE_OPTIONS": options(push)}


def report(push: str, found: list[float], statements: float) -> None:
    """Print the delays of one push in milliseconds, and its statements."""
    ninety = quantiles(found, n=10)[-1]
    print(
        f"{push:14} median {median(found):8.1f}   90% {ninety:8.1f}   longest {found[-1]:8.1f}   "
        f"statements per revocation {statements:5.2f}"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
