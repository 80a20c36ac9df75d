"""Delay of a push to another process: ``python -m benchmarks.push [REVOCATIONS]``.

On ``BENCH_DATABASE`` and, for one line, ``BENCH_REDIS``. The time is that from the commit in one
process until a ``SnapshotStore`` with its default options rejects in another.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from random import uniform
from statistics import median, quantiles
from time import monotonic, sleep
from typing import Any

import django
from django.db import connection, transaction

from benchmarks.measure import database

STORE = "token_revocation.stores.snapshot.SnapshotStore"
POSTGRES = "token_revocation.stores.snapshot.push.postgres.PostgresPush"
REDIS = "token_revocation.contrib.redis.RedisPush"

POLL = 0.001
"""Seconds between two lookups."""


def options(push: str) -> dict[str, Any]:
    """Return ``STORE_OPTIONS`` with ``push``, the name of a class or ``none``."""
    from django.conf import settings

    chosen: dict[str, dict[str, Any]] = {
        "none": {},
        "RedisPush": {"push": REDIS, "push_options": {"url": settings.REDIS}},
        "PostgresPush": {"push": POSTGRES},
    }
    return chosen[push]


def tokens(push: str, count: int) -> list[Any]:
    """Return the tokens that one process revokes and the other one looks up."""
    from token_revocation.tokens import TokenRef

    return [TokenRef(kind="push", identifier=f"{push} {number}") for number in range(count)]


def watch(push: str, count: int) -> None:
    """Print a line when the snapshot is loaded, and when each token is rejected."""
    from token_revocation.stores import get_store

    first, *_ = awaited = tokens(push, count)
    while get_store().is_revoked(first) or not get_store().status()["trusted"]:
        sleep(POLL)
    print("ready", flush=True)
    for token in awaited:
        while not get_store().is_revoked(token):
            sleep(POLL)
        print(monotonic(), flush=True)


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


def delays(push: str, count: int) -> list[float]:
    """Return the delays in milliseconds, sorted."""
    found = []
    with watcher(push, count) as lines:
        lines.readline()
        for token in tokens(push, count):
            sleep(uniform(0.5, 1.5))  # At a random time between two refreshes.
            committed = revoke(token)
            found.append(1000 * (float(lines.readline()) - committed))
    return sorted(found)


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
        for push in ("none", "RedisPush", *["PostgresPush"] * (connection.vendor == "postgresql")):
            with override_settings(TOKEN_REVOCATION=revocation(push)):
                report(push, delays(push, int(count)))
    return None


def revocation(push: str) -> dict[str, Any]:
    """Return the setting ``TOKEN_REVOCATION`` with ``push``."""
    return {"STORE": STORE, "STORE_OPTIONS": options(push)}


def report(push: str, found: list[float]) -> None:
    """Print the delays of one push in milliseconds."""
    ninety = quantiles(found, n=10)[-1]
    print(f"{push:14} median {median(found):8.1f}   90% {ninety:8.1f}   longest {found[-1]:8.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
