"""Interleaved timing: each contestant has a turn in every round, in random order.

A machine that is busy for a while slows the contestant at hand; within a round it slows all, so
ratios are taken within rounds.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter_ns
from typing import Any

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from benchmarks.contestants import Contestant
from benchmarks.contestants.revocable import refresh_snapshots

Call = Callable[[Contestant, Any], object]
Samples = dict[str, list[list[float]]]


def authenticate(contestant: Contestant, request: Any) -> object:
    """Authenticate with a new instance, as DRF does for each request."""
    return contestant.authenticate(request)


def answer(contestant: Contestant, request: Any) -> object:
    """Call a whole view, and render its response."""
    response = contestant.view(request).render()
    if response.status_code != 200:
        raise AssertionError(f"{contestant.name}: {response.data}")
    return response


def authenticate_and_disconnect(contestant: Contestant, request: Any) -> object:
    """Close the connection first, as ``CONN_MAX_AGE = 0`` does."""
    result = authenticate(contestant, request)
    connection.close()
    return result


@contextmanager
def project_settings(contestant: Contestant) -> Iterator[None]:
    """Run the block with the settings of the contestant."""
    settings = override_settings(TOKEN_REVOCATION=contestant.settings, **contestant.others)
    with contestant.environment(), settings:
        yield


def take_turns(
    contestants: Sequence[Contestant], call: Call, *, rounds: int, calls: int
) -> Samples:
    """Return the microseconds of each call, by name and round."""
    dice = random.Random(1)
    samples: Samples = {contestant.name: [] for contestant in contestants}
    for number in range(rounds):
        for contestant in dice.sample(contestants, len(contestants)):
            with project_settings(contestant):
                samples[contestant.name].append(turn(contestant, call, calls, number * calls))
    return samples


def turn(contestant: Contestant, call: Call, calls: int, start: int) -> list[float]:
    warm = calls // 5 + 1
    requests = contestant.requests(warm + calls, start)
    for request in requests if contestant.returning else requests[:warm]:
        call(contestant, request)
    return [microseconds(call, contestant, request) for request in requests[warm:]]


def microseconds(call: Call, contestant: Contestant, request: Any) -> float:
    before = perf_counter_ns()
    call(contestant, request)
    return (perf_counter_ns() - before) / 1000


def queries(contestant: Contestant) -> int:
    """Return the number of queries of a warm ``authenticate()``."""
    *warm, request = contestant.requests(3, 0)
    refresh_snapshots()  # Issuing the tokens may have taken longer than a snapshot is trusted.
    with project_settings(contestant):
        for earlier in warm:
            authenticate(contestant, earlier)
        authenticate(contestant, request)
        with CaptureQueriesContext(connection) as captured:
            authenticate(contestant, contestant.requests(1, 2)[0])
    return len(captured)
