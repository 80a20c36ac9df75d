"""What goes wrong while the clients are at work.

Each fault is a generator: it breaks something, lasts while it is suspended, and mends it.
"""

from __future__ import annotations

import time
from threading import Event, Thread

FROZEN = 5.0
"""Seconds that Redis is stopped for."""

AHEAD = 30
"""Seconds that the clock of one host is off."""

MASSACRE = 4
"""How many workers are killed."""


class NothingBroke(Exception):
    """The fault after which the row is named did not happen."""


def nothing(stage):
    yield


def redis_killed(stage):
    stage.cache.kill()
    yield
    stage.cache.start()


def redis_restarted_empty(stage):
    stage.cache.restart()
    yield


def redis_flushed(stage):
    with again_and_again(lambda number: stage.cache.flush()):
        yield


def redis_stopped(stage):
    stage.cache.freeze()
    time.sleep(FROZEN)
    stage.cache.thaw()
    yield


def redis_full_allkeys_lru(stage):
    yield from full(stage, "allkeys-lru")


def redis_full_volatile_lru(stage):
    yield from full(stage, "volatile-lru")


def database_restarted(stage):
    stage.database.restart("fast")
    yield


def database_crashed(stage):
    stage.database.restart("immediate")
    yield


def connections_cut(stage):
    with again_and_again(lambda number: stage.database.cut()) as cut:
        yield
    shown("a connection was cut", sum(cut))


def worker_killed(stage):
    """Between commit and publication, one after the other."""

    given = []

    def order(number):
        """Whether somebody has carried out the order that there was."""
        carried_out = bool(given) and not stage.order.exists()
        if carried_out:
            given.clear()
        if number % 4 == 0 and number < 4 * MASSACRE:
            stage.order.touch()
            given.append(number)
        return carried_out

    with again_and_again(order) as killed:
        yield
    stage.order.unlink(missing_ok=True)
    shown("a worker was killed", sum(killed))


def clock_ahead(stage):
    stage.hosts[1].restart(clock=AHEAD)
    shown("a clock was ahead", stage.hosts[1].ahead() - stage.hosts[0].ahead() > AHEAD / 2)
    yield
    stage.hosts[1].restart()


def full(stage, policy):
    stage.cache.limit(policy)
    with again_and_again(stage.cache.fill) as refused:
        yield
    shown("Redis was full", sum(refused) + stage.cache.evicted())
    stage.cache.restart()


def shown(what, number):
    if not number:
        raise NothingBroke(f"It is not so that {what}.")


class again_and_again:  # noqa: N801
    """``act``, with a number that grows, a few times a second during the block; what it returns."""

    def __init__(self, act):
        self._act = act
        self._results = []
        self._over = Event()
        self._thread = Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self._results

    def __exit__(self, *exc_info):
        self._over.set()
        self._thread.join()

    def _run(self):
        number = 0
        while not self._over.wait(0.25):
            self._results.append(self._act(number))
            number += 1


FAULTS = {
    "none": nothing,
    "Redis killed": redis_killed,
    "Redis restarted empty": redis_restarted_empty,
    "`FLUSHALL`, again and again": redis_flushed,
    "Redis stopped for 5 s": redis_stopped,
    "Redis full, `allkeys-lru`": redis_full_allkeys_lru,
    "Redis full, `volatile-lru`": redis_full_volatile_lru,
    "database restarted": database_restarted,
    "database crashed": database_crashed,
    "its connections cut, again and again": connections_cut,
    "workers killed between commit and publication": worker_killed,
    "clock of a host 30 s ahead": clock_ahead,
}

HARMLESS = {fault for fault in FAULTS if "Redis" in fault or "`FLUSHALL`" in fault} | {"none"}
"""The database can answer all the time, so it is never the case that nobody can."""
