"""The clocks of the database and of this host, and conversions of their times."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils import timezone

UTC_NOW = {
    "postgresql": "SELECT STATEMENT_TIMESTAMP() AT TIME ZONE 'UTC'",
    # CURRENT_TIMESTAMP is in the time zone of the server, which Django does not set.
    "mysql": "SELECT UTC_TIMESTAMP(6)",
}

MAX_TIMESTAMP = 221_845_392_000
"""The year 9000 in seconds since 1970. Python and every database can still add a lifetime, a leeway
and a time zone to it."""

NUMBERS = (int, float)

TICK = timedelta(microseconds=1)

MAX_STEP_BACK = timedelta(seconds=1)
"""A clock that goes back by more has been set, not stopped."""


# Linux stops CLOCK_MONOTONIC during suspend, but data gets older all the same.
# https://man7.org/linux/man-pages/man2/clock_gettime.2.html
_BOOTTIME = getattr(time, "CLOCK_BOOTTIME", None)

monotonic: Callable[[], float] = (
    time.monotonic if _BOOTTIME is None else partial(time.clock_gettime, _BOOTTIME)
)
"""Returns seconds of a clock that never jumps and counts time in suspend, for durations."""


def now() -> datetime:
    """Return the time of this host in UTC."""
    return datetime.now(UTC)


def database_now(using: str) -> datetime:
    """Return the time of the database ``using``, to the microsecond.

    A cutoff is compared with times of several hosts, whose clocks differ; the database is the one
    clock that they share.

    Args:
        using: The alias of a database.

    Returns:
        An aware time in UTC. On SQLite it is the time of this host, and never the same twice.
    """
    connection = connections[using]
    # SQLite runs in this process, and its own clock has milliseconds only.
    if connection.vendor not in UTC_NOW or _host_clock.is_used:
        return _host_clock.read()
    with connection.cursor() as cursor:
        cursor.execute(UTC_NOW[connection.vendor])
        current: datetime = cursor.fetchone()[0]
    return current.replace(tzinfo=UTC)


class _HostClock:
    """The clock of this host, which returns increasing times even if a test stops it.

    Otherwise a token issued after a cutoff would have the same time, and be rejected.
    """

    def __init__(self) -> None:
        self.is_used = False
        self._lock = Lock()
        self._last = datetime.min.replace(tzinfo=UTC)

    def read(self) -> datetime:
        with self._lock:
            current = now()
            if current <= self._last < current + MAX_STEP_BACK:
                current = self._last + TICK
            self._last = current
        return current


_host_clock = _HostClock()


@contextmanager
def host_clock() -> Iterator[None]:
    """Use the clock of this host for that of the database, in tests that set it."""
    before, _host_clock.is_used = _host_clock.is_used, True
    try:
        yield
    finally:
        _host_clock.is_used = before


def aware(value: datetime) -> datetime:
    """Return ``value`` in UTC; a naive one is in ``TIME_ZONE``.

    A time in the ambiguous hour at the end of daylight saving time is the earlier one. A token
    then counts as older, and is rejected in case of doubt.
    """
    if value.utcoffset() is not None:
        return value
    # A database stores no ``fold``, and PostgreSQL assumes the later time.
    earlier = value.replace(fold=0)
    # In UTC, as Python compares times of the same time zone without their offsets (PEP 495).
    return timezone.make_aware(earlier, timezone.get_default_timezone()).astimezone(UTC)


def native(value: datetime) -> datetime:
    """Return ``value`` for Django's own fields: naive with ``USE_TZ = False``."""
    if settings.USE_TZ or timezone.is_naive(value):
        return value
    return timezone.make_naive(value, timezone.get_default_timezone())


def date_row(row: Any, name: str = "created") -> None:
    """Set the time of creation of a new row to the time of its database, once.

    It does nothing if the field is missing, or has an explicit value.

    Args:
        row: A row that was just inserted.
        name: The name of the field.
    """
    if not hasattr(row, name) or getattr(row._state, "is_dated", False):
        return
    if _is_dated_by_host(row._meta.get_field(name), getattr(row, name)):
        created, key = native(database_now(row._state.db)), row._meta.pk.attname
        # Not by ``pk``, which TokenProxy of Django REST framework redefines.
        rows = type(row)._base_manager.using(row._state.db).filter(**{key: getattr(row, key)})
        rows.update(**{name: created})
        setattr(row, name, created)
        row._state.is_dated = True


def _is_dated_by_host(field: Any, value: datetime | None) -> bool:
    """Return whether ``value`` is the current time of this host, as Django has set it."""
    if getattr(field, "auto_now_add", False):
        return True
    # A default such as timezone.now(); any other value was given explicitly.
    is_recent = value is not None and abs(now() - aware(value)) < MAX_STEP_BACK
    return is_recent and bool(field.has_default())


def from_timestamp(claim: object) -> datetime | None:
    """Convert a NumericDate (RFC 7519, section 2) to an aware time in UTC.

    Args:
        claim: The value of a claim, in seconds since 1970.

    Returns:
        The time, or ``None`` if ``claim`` is not a number or out of range.
    """
    # Python's JSON parser also accepts ``1e300`` and ``NaN``.
    if isinstance(claim, bool) or not isinstance(claim, NUMBERS):
        return None
    return datetime.fromtimestamp(claim, UTC) if 0 <= claim < MAX_TIMESTAMP else None
