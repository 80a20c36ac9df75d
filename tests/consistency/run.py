"""Run the clients through faults, and count."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from tests.consistency.crowd import Browser, Crowd, use
from tests.consistency.faults import FAULTS
from tests.consistency.ledger import Ledger
from tests.consistency.stage import stage


@dataclass(frozen=True, kw_only=True)
class Length:
    """Seconds before and during the fault, and how many revocations there must be in the end."""

    calm: float
    fault: float
    revocations: int
    pause: float

    most = 120
    """Seconds after which nobody waits for more revocations."""


SHORT = Length(calm=0.5, fault=3.0, revocations=10, pause=0.02)
LONG = Length(calm=2.0, fault=6.0, revocations=840, pause=0.02)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one store did under one fault."""

    fault: str
    ledger: Ledger
    lost: int = 0


def rows(servers, path, options, faults, length):
    """One row for each fault. At its end everything restarts, and what was ended is asked about."""
    with stage(*servers, path, options) as ready:
        ledgers = {fault: suffered(ready, FAULTS[fault], length) for fault in faults}
        ready.restart()
        for fault, ledger in ledgers.items():
            yield Row(fault=fault, ledger=ledger, lost=swept(ready, ledger))


def suffered(ready, fault, length):
    """The ledger of clients at work before, during and after ``fault``."""
    ledger = Ledger(bound=ready.bound)
    crowd = Crowd(ready.hosts, ledger, length.pause)
    end = time.monotonic() + length.most
    with crowd.at_work():
        time.sleep(length.calm)
        with lasting(fault, ready):
            time.sleep(length.fault)
        while len(ledger.ended) < length.revocations and time.monotonic() < end:
            time.sleep(0.1)
        crowd.close()
        time.sleep(ready.bound + 1)
    swept(ready, ledger)
    return ledger


@contextmanager
def lasting(fault, ready):
    """``fault`` for the time of the block."""
    going_on = fault(ready)
    next(going_on)
    yield
    next(going_on, None)


def swept(ready, ledger):
    """Ask every host about everything that was ended; how much of it was accepted."""

    def sweep(host):
        browser = Browser(ready.hosts, ledger, 0)
        return {c for c in ledger.ended if use(browser, ledger, c, host).accepted}

    with ThreadPoolExecutor(len(ready.hosts)) as pool:
        return len(set().union(*pool.map(sweep, ready.hosts)))
