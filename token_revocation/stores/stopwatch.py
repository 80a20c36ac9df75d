"""The database's clock, read without asking it every time."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from time import monotonic_ns

from django.db import Error

from token_revocation.clock import database_now
from token_revocation.exceptions import RevocationUnavailable

logger = logging.getLogger("token_revocation")

GOOD_FOR = 60_000_000
"""Microseconds after which the database is asked for the time again."""

DRIFT = 1000
"""A stopwatch gains or loses less than one part in this; the kernel corrects by half of it."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What the database said, and what our stopwatch showed before and after, in microseconds."""

    said: int
    before: int
    after: int


class Stopwatch:
    """Says what the time is by the clock of the database ``using``, in microseconds since 1970.

    Hosts disagree about the time, and their clocks are set; how much time has passed they agree
    on. So the database is asked once a minute, and a stopwatch that nobody sets tells the time
    in between. It was started at some moment of the question, and which one is unknown; hence
    two bounds, between which the database's clock stands.

    Both raise :class:`~token_revocation.exceptions.RevocationUnavailable` when the database
    cannot be asked.
    """

    def __init__(self, using: str) -> None:
        self._using = using
        self._comparison: Comparison | None = None

    def earliest(self) -> int:
        """It is not earlier than this."""
        compared = self._compared()
        passed = _shown() - compared.after
        return compared.said + passed - passed // DRIFT

    def latest(self) -> int:
        """It is not later than this."""
        compared = self._compared()
        passed = _shown() - compared.before
        return compared.said + passed + passed // DRIFT

    def _compared(self) -> Comparison:
        compared = self._comparison
        if compared is None or _shown() - compared.before > GOOD_FOR:
            compared = self._comparison = self._compare()
        return compared

    def _compare(self) -> Comparison:
        before = _shown()
        try:
            said = database_now(self._using)
        except Error as error:
            logger.exception("The database could not say what time it is.")
            raise RevocationUnavailable from error
        return Comparison(said=int(said.timestamp() * 1e6), before=before, after=_shown())


def _shown() -> int:
    return monotonic_ns() // 1000
