"""The faults that are applied while the clients run.

Each is a generator: it breaks something, lasts while it is suspended, and repairs it.
"""

from __future__ import annotations

import time
from threading import Event, Thread

FREEZE_SECONDS = 5.0
"""How long Redis is stopped."""

CLOCK_OFFSET_SECONDS = 30
"""How far the clock of one host is ahead."""

KILLED_WORKERS = 4


class FaultNotObserved(Exception):
    """The fault did not have its effect, so the run would show nothing."""


def none(environment):
    yield


def redis_killed(environment):
    environment.cache.kill()
    yield
    environment.cache.start()


def redis_restarted_empty(environment):
    environment.cache.restart()
    yield


def redis_flushed(environment):
    with Repetition(lambda number: environment.cache.flush()):
        yield


def redis_stopped(environment):
    environment.cache.freeze()
    time.sleep(FREEZE_SECONDS)
    environment.cache.thaw()
    yield


def redis_full_allkeys_lru(environment):
    yield from redis_full(environment, "allkeys-lru")


def redis_full_volatile_lru(environment):
    yield from redis_full(environment, "volatile-lru")


def redis_full(environment, policy):
    environment.cache.limit_memory(policy)
    with Repetition(environment.cache.fill) as rejections:
        yield
    require_effect("Redis was full", sum(rejections) + environment.cache.evicted())
    environment.cache.restart()


def database_restarted(environment):
    environment.database.restart("fast")
    yield


def database_crashed(environment):
    environment.database.restart("immediate")
    yield


def connections_cut(environment):
    with Repetition(lambda number: environment.database.cut_connections()) as cut:
        yield
    require_effect("a connection was cut", sum(cut))


def workers_killed(environment):
    yield from kill_workers(environment, "invalidation")


def workers_killed_after_refresh(environment):
    yield from kill_workers(environment, "response")


def kill_workers(environment, moment):
    """Kill workers one after the other, before the next invalidation or response to a refresh."""

    requested = []

    def request_kill(number):
        """Write the kill file every second; return whether a worker has obeyed."""
        was_killed = bool(requested) and not environment.kill_file.exists()
        if was_killed:
            requested.clear()
        if number % 4 == 0 and number < 4 * KILLED_WORKERS:
            environment.kill_file.write_text(moment)
            requested.append(number)
        return was_killed

    with Repetition(request_kill) as killed:
        yield
    environment.kill_file.unlink(missing_ok=True)
    require_effect("a worker was killed", sum(killed))


def clock_ahead(environment):
    first, second = environment.hosts
    second.restart(clock=CLOCK_OFFSET_SECONDS)
    is_ahead = second.clock_offset() - first.clock_offset() > CLOCK_OFFSET_SECONDS / 2
    require_effect("a clock was ahead", is_ahead)
    yield
    second.restart()


def require_effect(effect, count):
    if not count:
        raise FaultNotObserved(f"Not observed: {effect}.")


class Repetition:
    """Calls ``act(number)`` with a growing number every 250 ms, and collects the results."""

    def __init__(self, act):
        self._act = act
        self._results = []
        self._stopped = Event()
        self._thread = Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self._results

    def __exit__(self, *exc_info):
        self._stopped.set()
        self._thread.join()

    def _run(self):
        number = 0
        while not self._stopped.wait(0.25):
            self._results.append(self._act(number))
            number += 1


FAULTS = {
    "none": none,
    "Redis killed": redis_killed,
    "Redis restarted empty": redis_restarted_empty,
    "`FLUSHALL`, repeatedly": redis_flushed,
    "Redis stopped for 5 s": redis_stopped,
    "Redis full, `allkeys-lru`": redis_full_allkeys_lru,
    "Redis full, `volatile-lru`": redis_full_volatile_lru,
    "database restarted": database_restarted,
    "database crashed": database_crashed,
    "connections cut repeatedly": connections_cut,
    "workers killed between commit and invalidation": workers_killed,
    "workers killed between refresh and response": workers_killed_after_refresh,
    "clock of a host 30 s ahead": clock_ahead,
}

DATABASE_AVAILABLE = {f for f in FAULTS if "Redis" in f or "`FLUSHALL`" in f} | {"none"}
"""The faults during which the database is available, so that no response may be a 503."""
