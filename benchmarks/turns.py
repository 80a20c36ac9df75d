"""Interleaved timing: in every round each contestant has a turn, in another order each time.

A machine that is busy for a while slows whoever is running; within a round it slows all alike, so
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
from benchmarks.contestants.ours import settled

Call = Callable[[Contestant, Any], object]
Samples = dict[str, list[list[float]]]


def authenticate(contestant: Contestant, request: Any) -> object:
    """As DRF does for each request: an instance of its own."""
    return contestant.authentication().authenticate(request)


def answer(contestant: Contestant, request: Any) -> object:
    """A whole view, down to the bytes of the answer."""
    response = contestant.view(request).render()
    if response.status_code != 200:
        raise AssertionError(f"{contestant.name}: {response.data}")
    return response


def authenticate_and_disconnect(contestant: Contestant, request: Any) -> object:
    """What ``CONN_MAX_AGE = 0`` makes of it, where the next request connects again."""
    result = authenticate(contestant, request)
    connection.close()
    return result


@contextmanager
def on_stage(contestant: Contestant) -> Iterator[None]:
    """With the settings of its own."""
    with override_settings(TOKEN_REVOCATION=contestant.settings, **contestant.others):
        yield


def take_turns(
    contestants: Sequence[Contestant], call: Call, *, rounds: int, calls: int
) -> Samples:
    """Microseconds of each call, by name and round."""
    dice = random.Random(1)
    samples: Samples = {contestant.name: [] for contestant in contestants}
    for number in range(rounds):
        for contestant in dice.sample(contestants, len(contestants)):
            with on_stage(contestant):
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
    """How many queries a warm ``authenticate()`` takes."""
    *warm, request = contestant.requests(3, 0)
    settled()  # To issue the tokens may have taken longer than a snapshot is believed.
    with on_stage(contestant):
        for earlier in warm:
            authenticate(contestant, earlier)
        authenticate(contestant, request)
        with CaptureQueriesContext(connection) as captured:
            authenticate(contestant, contestant.requests(1, 2)[0])
    return len(captured)
