"""Runs of the clients under each fault."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from tests.consistency.clients import Browser, ClientPool, replay
from tests.consistency.environment import start_environment
from tests.consistency.faults import FAULTS
from tests.consistency.records import ACTIVITIES, Record, Row
from tests.consistency.session_clients import check_sessions


@dataclass(frozen=True, kw_only=True)
class Length:
    """The minimum duration of a run in seconds, and how many revocations it must have."""

    before_fault: float
    fault: float
    """The fault lasts longer, until clients have done everything that they must."""
    revocations: int
    pause: float
    timeout: float = 120
    """Seconds after which the run no longer waits for the clients."""


MAX_ATTEMPTS = 40
"""How often a host is asked about one token after the fault."""

SHORT = Length(before_fault=0.5, fault=3.0, revocations=10, pause=0.02)
LONG = Length(before_fault=2.0, fault=6.0, revocations=840, pause=0.02)


def run_faults(servers, store, options, faults, length):
    """Run each fault, restart everything, and yield a row for each fault."""
    with start_environment(*servers, store, options) as environment:
        records = {fault: run_fault(environment, FAULTS[fault], length) for fault in faults}
        environment.restart()
        for fault, record in records.items():
            check_sessions(Browser(environment.hosts, record, 0), record)
            yield Row(
                fault=fault,
                record=record,
                required_revocations=length.revocations,
                lost=count_accepted(environment, record),
            )


def run_fault(environment, fault, length):
    """Run the clients before, during and after ``fault``, and return the record."""
    record = Record(bound=environment.bound)
    clients = ClientPool(environment.hosts, record, length.pause)
    deadline = time.monotonic() + length.timeout
    with clients.running():
        time.sleep(length.before_fault)
        with applied(fault, environment, record):
            time.sleep(length.fault)
            wait_for(lambda: all(map(record.activities.get, ACTIVITIES)), deadline)
            workers = environment.workers()
        wait_for(lambda: len(record.revoked) >= length.revocations, deadline)
        wait_for(lambda: environment.workers() <= record.workers, deadline)
        clients.stop_logins()
        time.sleep(environment.bound + 1)
    for used, successor in environment.unsent_refreshes():
        record.sessions.add_successor(used, successor)
    record.require_workers(workers | environment.workers())
    count_accepted(environment, record)
    return record


def wait_for(condition, deadline):
    """Wait until ``condition()`` is true, or until the deadline."""
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)


@contextmanager
def applied(fault, environment, record):
    """Apply ``fault`` while the block runs."""
    generator = fault(environment)
    record.is_fault_active = True
    next(generator)
    yield
    next(generator, None)
    record.is_fault_active = False


def count_accepted(environment, record):
    """Replay every revoked token at every host, and return how many were accepted."""

    def accepted_by(host):
        browser = Browser(environment.hosts, record, 0)
        return {c for c in record.revoked if replay_at(browser, record, c, host).is_accepted}

    with ThreadPoolExecutor(len(environment.hosts)) as pool:
        return len(set().union(*pool.map(accepted_by, environment.hosts)))


def replay_at(browser, record, credential, host):
    """Replay ``credential`` until the response tells whether the host accepts it."""
    for _ in range(MAX_ATTEMPTS):
        response = replay(browser, record, credential, host)
        if response.is_conclusive:
            return response
        time.sleep(0.25)
    record.add_inconclusive()
    return response
