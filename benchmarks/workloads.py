"""The measurements at one number of revoked rows."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from statistics import median
from typing import Any

from benchmarks.contestants import BASELINE, Contestant, contestants
from benchmarks.http_server import LOAD, rates
from benchmarks.rounds import (
    Samples,
    answer,
    authenticate,
    authenticate_and_disconnect,
    queries,
    take_turns,
)
from benchmarks.statistics import ratio, summary
from benchmarks.steps import steps

CALLS = {
    "authenticate": authenticate,
    "view": answer,
    "reconnect": authenticate_and_disconnect,
}


def level(options: Namespace, parts: Sequence[str]) -> dict[str, Any]:
    """Return the results, by call and contestant."""
    chosen = [c for c in contestants() if options.only in c.name or c.name == BASELINE]
    needed = {BASELINE, *(c.alone for c in chosen)}
    taking_part = [c for c in contestants() if c in chosen or c.name in needed]
    found: dict[str, Any] = {"queries": {c.name: queries(c) for c in taking_part}}
    for part in parts:
        if part in CALLS:
            samples = take_turns(
                taking_part, CALLS[part], rounds=options.rounds, calls=options.calls
            )
            found[part] = reported(taking_part, samples)
            show(part, found[part])
    if "steps" in parts:
        found["steps"] = steps(options)
    if "serve" in parts:
        found["serve"] = served(taking_part, options.seconds)
    return found


def served(taking_part: list[Contestant], seconds: int) -> dict[str, Any]:
    """Return requests per second and their ratios to the baseline.

    The result is empty without ``wrk``.
    """
    if not LOAD:
        print("Requests per second need wrk, which is not installed.", file=sys.stderr)
        return {}
    found = rates([c for c in taking_part if c.served], seconds=seconds)
    return {
        name: {"median": median(*zip(*rounds, strict=True)), **ratio(rounds, found[BASELINE])}
        for name, rounds in found.items()
    }


def reported(taking_part: list[Contestant], samples: Samples) -> dict[str, Any]:
    return {
        contestant.name: {
            **summary(samples[contestant.name]),
            **ratio(samples[contestant.name], samples[BASELINE]),
            "alone": contestant.alone
            and ratio(samples[contestant.name], samples[contestant.alone]),
        }
        for contestant in taking_part
    }


def show(part: str, found: dict[str, Any]) -> None:
    """Print the progress."""
    print(f"\n{part}", file=sys.stderr)
    for name, figures in found.items():
        print(
            f"{name:44} {figures['median']:8.0f} {figures['p99']:8.0f} µs"
            f" {figures['ratio']:6.2f} ({figures['from']:.2f}-{figures['to']:.2f})",
            file=sys.stderr,
        )
