"""Run the clients through faults, and count."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from tests.consistency.crowd import Browser, Crowd, use
from tests.consistency.faults import FAULTS
from tests.consistency.ledger import DEEDS, Ledger, Row
from tests.consistency.stage import stage


@dataclass(frozen=True, kw_only=True)
class Length:
    """Seconds before and during the fault, and how many revocations there must be in the end.

    Of the fault at least so many: it lasts until everything has happened that must have.
    """

    calm: float
    fault: float
    revocations: int
    pause: float
    most: float = 120
    """Seconds after which nobody waits for anything more to happen."""


ATTEMPTS = 40
"""How often a host is asked about one token when nothing is broken any more."""

SHORT = Length(calm=0.5, fault=3.0, revocations=10, pause=0.02)
LONG = Length(calm=2.0, fault=6.0, revocations=840, pause=0.02)


def rows(servers, path, options, faults, length):
    """One row for each fault. At its end everything restarts, and what was ended is asked about."""
    with stage(*servers, path, options) as ready:
        ledgers = {fault: suffered(ready, FAULTS[fault], length) for fault in faults}
        ready.restart()
        for fault, ledger in ledgers.items():
            lost = swept(ready, ledger)
            yield Row(fault=fault, ledger=ledger, wanted=length.revocations, lost=lost)


def suffered(ready, fault, length):
    """The ledger of clients at work before, during and after ``fault``."""
    ledger = Ledger(bound=ready.bound)
    crowd = Crowd(ready.hosts, ledger, length.pause)
    end = time.monotonic() + length.most
    with crowd.at_work():
        time.sleep(length.calm)
        with lasting(fault, ready, ledger):
            time.sleep(length.fault)
            wait(lambda: all(map(ledger.deeds.get, DEEDS)), end)
            used = ready.workers()
        wait(lambda: len(ledger.ended) >= length.revocations, end)
        wait(lambda: ready.workers() <= ledger.workers, end)
        crowd.close()
        time.sleep(ready.bound + 1)
    ledger.expect(used | ready.workers())
    swept(ready, ledger)
    return ledger


def wait(condition, end):
    """Until ``condition()`` holds, but not for ever."""
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)


@contextmanager
def lasting(fault, ready, ledger):
    """``fault`` for the time of the block."""
    going_on = fault(ready)
    ledger.during = True
    next(going_on)
    yield
    next(going_on, None)
    ledger.during = False


def swept(ready, ledger):
    """Ask every host about everything that was ended until it says; how much was accepted."""

    def sweep(host):
        browser = Browser(ready.hosts, ledger, 0)
        return {c for c in ledger.ended if settled(browser, ledger, c, host).accepted}

    with ThreadPoolExecutor(len(ready.hosts)) as pool:
        return len(set().union(*pool.map(sweep, ready.hosts)))


def settled(browser, ledger, credential, host):
    """The answer about ``credential``; no answer and a 503 would say nothing about it."""
    for _ in range(ATTEMPTS):
        answer = use(browser, ledger, credential, host)
        if answer.is_settled:
            return answer
        time.sleep(0.25)
    ledger.note_unsettled()
    return answer
