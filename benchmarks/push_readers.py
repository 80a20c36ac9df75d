"""Load of Redis by many processes that listen: ``python -m benchmarks.push_readers [PROCESSES]``.

On ``BENCH_REDIS``, which nothing else should use meanwhile. The listeners are threads, as those of
``SnapshotStore``.
"""

from __future__ import annotations

import os
import sys
from time import monotonic, sleep
from typing import Any

import django
from redis import Redis

RATE = 12
"""Revocations a second."""

SECONDS = 10

MESSAGE = "x" * 57
"""As long as a message with one entry."""


def listen(count: int, url: str) -> list[Any]:
    """Start ``count`` threads that listen."""
    from token_revocation.contrib.redis import RedisPush
    from token_revocation.stores.snapshot._notifications import Notifications

    pushes = [RedisPush(using="default", url=url, stream="bench") for _ in range(count)]
    workers = [Notifications(push, len).worker for push in pushes]
    for worker in workers:
        worker.start()
    sleep(3)
    return workers


def load(client: Any) -> tuple[float, int]:
    """Return the seconds of processor time of Redis, and the number of its reads of streams."""
    cpu, commands = client.info("cpu"), client.info("commandstats")
    seconds = cpu["used_cpu_user"] + cpu["used_cpu_sys"]
    return seconds, commands.get("cmdstat_xread", {"calls": 0})["calls"]


def main(count: str = "300") -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    from django.conf import settings

    client = Redis.from_url(settings.REDIS)
    workers = listen(int(count), settings.REDIS)
    (before, reads_before), started_at = load(client), monotonic()
    for number in range(RATE * SECONDS):
        client.xadd("bench", {"entries": MESSAGE}, maxlen=10_000, approximate=True)
        sleep(max(0.0, started_at + (number + 1) / RATE - monotonic()))
    (after, reads_after), elapsed = load(client), monotonic() - started_at
    reads, cost = reads_after - reads_before, after - before
    print(
        f"{count} processes, {RATE} messages a second: {reads / elapsed / int(count):.1f} reads a "
        f"second each, {1e6 * cost / reads:.0f} µs a read, {cost / elapsed:.3f} of a core"
    )
    for worker in workers:
        worker.stop()
    client.delete("bench")


if __name__ == "__main__":
    main(*sys.argv[1:])
