"""Results of health checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from time import perf_counter


class Level(IntEnum):
    """The severity of a problem. The values are the exit codes of monitoring plugins.

    https://www.monitoring-plugins.org/doc/guidelines.html
    """

    OK = 0
    WARNING = 1
    CRITICAL = 2


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A problem with a store. A warning slows it down; if critical, lookups fail."""

    level: Level
    text: str


@dataclass(frozen=True, kw_only=True)
class Health:
    """The result of a health check: measured facts by name, and problems."""

    facts: Mapping[str, object] = field(default_factory=dict)
    problems: Sequence[Problem] = ()


def warning(text: str) -> Problem:
    """Return a problem that slows the store down."""
    return Problem(level=Level.WARNING, text=text)


def critical(text: str) -> Problem:
    """Return a problem that makes lookups fail."""
    return Problem(level=Level.CRITICAL, text=text)


def seconds_since(start: float) -> float:
    """Return the rounded seconds since ``start``, a :func:`time.perf_counter` value."""
    return round(perf_counter() - start, 4)
