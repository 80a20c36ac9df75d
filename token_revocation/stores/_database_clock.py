"""The time of the database, estimated without a query each time."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from time import monotonic_ns

from django.db import Error

from token_revocation.clock import database_now
from token_revocation.exceptions import RevocationUnavailable

logger = logging.getLogger("token_revocation")

SYNC_INTERVAL_MICROSECONDS = 60_000_000
"""The database is queried for the time again after this interval."""

DRIFT_DIVISOR = 1000
"""The monotonic clock drifts by less than 1/1000; the kernel slews it by at most half of that."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A time of the database, and the monotonic time before and after its query."""

    database: int
    before: int
    after: int


class DatabaseClock:
    """An estimate of the time of the database ``using``, in microseconds since 1970.

    The clocks of hosts differ and can be set, but they agree on durations. So the database is
    queried once a minute, and the monotonic clock measures the time since. When the database read
    its clock during the query is unknown, so there is a lower and an upper bound.

    Both methods raise :class:`~token_revocation.exceptions.RevocationUnavailable` if the database
    cannot be queried.
    """

    def __init__(self, using: str) -> None:
        self._using = using
        self._reading: Reading | None = None

    def earliest(self) -> int:
        """Return a lower bound of the current time of the database."""
        reading = self._current_reading()
        elapsed = _monotonic_microseconds() - reading.after
        return reading.database + elapsed - elapsed // DRIFT_DIVISOR

    def latest(self) -> int:
        """Return an upper bound of the current time of the database."""
        reading = self._current_reading()
        elapsed = _monotonic_microseconds() - reading.before
        return reading.database + elapsed + elapsed // DRIFT_DIVISOR

    def _current_reading(self) -> Reading:
        reading = self._reading
        if (
            reading is None
            or _monotonic_microseconds() - reading.before > SYNC_INTERVAL_MICROSECONDS
        ):
            reading = self._reading = self._read()
        return reading

    def _read(self) -> Reading:
        before = _monotonic_microseconds()
        try:
            time = database_now(self._using)
        except Error as error:
            logger.exception("The time of the database could not be read.")
            raise RevocationUnavailable from error
        after = _monotonic_microseconds()
        return Reading(database=int(time.timestamp() * 1e6), before=before, after=after)


def _monotonic_microseconds() -> int:
    return monotonic_ns() // 1000
