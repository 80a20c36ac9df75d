"""One clock for all hosts, the database's; and moments that are aware whatever ``USE_TZ`` says."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.db import connections
from django.utils import timezone

UTC_NOW = {
    "postgresql": "SELECT STATEMENT_TIMESTAMP() AT TIME ZONE 'UTC'",
    # CURRENT_TIMESTAMP would be in the time zone of the server, which Django leaves alone.
    "mysql": "SELECT UTC_TIMESTAMP(6)",
}


def now() -> datetime:
    """The time in UTC by the clock of this host."""
    return datetime.now(UTC)


def database_now(using: str) -> datetime:
    """The time in UTC, to the microsecond, by the clock of the database ``using``.

    Application hosts disagree about the time, and a cutoff compares two moments that may come
    from two hosts; their database is the one clock they share. SQLite has no clock of its own
    (it is a library of this process, and its ``now`` stops at milliseconds), so there it is
    :func:`now`.
    """
    connection = connections[using]
    if connection.vendor not in UTC_NOW:
        return now()
    with connection.cursor() as cursor:
        cursor.execute(UTC_NOW[connection.vendor])
        moment: datetime = cursor.fetchone()[0]
    return moment.replace(tzinfo=UTC)


def aware(moment: datetime) -> datetime:
    """``moment`` as we compare it: with ``USE_TZ`` off, Django's are in ``TIME_ZONE`` and naive.

    In the hour that the end of summer time repeats it is the earlier of the two: a token then
    counts as older than it may be, and is refused.
    """
    if moment.utcoffset() is not None:
        return moment
    # Moments in one time zone that has two offsets would be compared without them (PEP 495).
    return timezone.make_aware(moment, timezone.get_default_timezone()).astimezone(UTC)


def native(moment: datetime) -> datetime:
    """``moment`` as Django's own fields take it: aware, or with ``USE_TZ`` off naive."""
    if settings.USE_TZ or timezone.is_naive(moment):
        return moment
    return timezone.make_naive(moment, timezone.get_default_timezone())
