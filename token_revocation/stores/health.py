"""How well something is: for people, and for monitoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from time import perf_counter


class Level(IntEnum):
    """How bad it is. The values are the exit codes that monitoring knows."""

    OK = 0
    WARNING = 1
    CRITICAL = 2


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something that somebody should look at: a warning costs time, what is critical answers."""

    level: Level
    text: str


@dataclass(frozen=True, kw_only=True)
class Health:
    """What was found by asking: facts by name, and what is wrong."""

    facts: Mapping[str, object] = field(default_factory=dict)
    problems: Sequence[Problem] = ()


def warning(text: str) -> Problem:
    """A problem that costs time."""
    return Problem(level=Level.WARNING, text=text)


def critical(text: str) -> Problem:
    """A problem that costs answers."""
    return Problem(level=Level.CRITICAL, text=text)


def seconds_since(began: float) -> float:
    """By :func:`time.perf_counter`, to a tenth of a millisecond."""
    return round(perf_counter() - began, 4)
