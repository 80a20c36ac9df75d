from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from token_revocation import services
from token_revocation.clock import aware, database_now, host_clock, native, now

SUMMER = datetime(2026, 7, 1, 10, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 1, 10, tzinfo=UTC)


@pytest.fixture
def new_york(settings):
    """A project without ``USE_TZ``: times are naive, and in the time zone of New York."""
    settings.USE_TZ = False
    settings.TIME_ZONE = "America/New_York"


def assert_is_now(time):
    assert time.utcoffset() == timedelta(0)
    assert abs(time - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_host_time_is_in_utc():
    assert_is_now(now())


def test_the_database_time_is_in_utc(db):
    assert_is_now(database_now("default"))


@pytest.mark.usefixtures("new_york")
def test_both_times_are_in_utc_without_use_tz(db):
    assert_is_now(now())
    assert_is_now(database_now("default"))


@pytest.mark.parametrize("zone", ["+05:00", "-05:00"])
def test_the_database_time_ignores_the_time_zone_of_the_connection(db, zone):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no time zone")
    name = "time_zone" if connection.vendor == "mysql" else "TIME ZONE"
    sign = "= " if connection.vendor == "mysql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SET {name} {sign}'{zone}'")
    try:
        assert_is_now(database_now("default"))
    finally:
        connection.close()


def test_the_database_time_has_microseconds(db):
    # Whole milliseconds are a coincidence once in a thousand times.
    assert any(database_now("default").microsecond % 1000 for _ in range(5))


@pytest.mark.parametrize("seconds", [0.5, 5])
def test_the_host_clock_is_monotonic_except_for_large_steps_back(seconds):
    then = AUTUMN - timedelta(seconds=seconds)
    with host_clock():
        with time_machine.travel(AUTUMN, tick=False):
            first, second, third = (database_now("default") for _ in range(3))
        with time_machine.travel(then, tick=False):
            back = database_now("default")
    assert first < second < third
    assert third - first < timedelta(milliseconds=1)
    assert back == then if seconds > 1 else back > third


def test_host_clock_replaces_the_clock_of_the_database(user):
    with host_clock(), time_machine.travel(AUTUMN, tick=False):
        before = services.issue(user).ref
        services.revoke_all(user)
        after = services.issue(user).ref
        assert services.is_revoked(before)
        assert not services.is_revoked(after)
    assert before.issued_at.date() == AUTUMN.date()


def test_time_machine_does_not_change_the_time_of_a_server(db):
    with time_machine.travel(SUMMER, tick=False):
        time = database_now("default")
    assert (time == SUMMER) is (connection.vendor == "sqlite")


def test_an_aware_time_is_unchanged():
    assert aware(SUMMER) is native(SUMMER) is SUMMER


@pytest.mark.usefixtures("new_york")
def test_a_naive_time_is_in_the_default_time_zone():
    assert native(SUMMER) == datetime(2026, 7, 1, 6)
    assert aware(datetime(2026, 7, 1, 6)) == SUMMER


@pytest.mark.usefixtures("new_york")
def test_a_naive_time_is_not_in_the_current_time_zone():
    with timezone.override("Asia/Tokyo"):
        assert aware(datetime(2026, 7, 1, 6)) == SUMMER
        assert native(SUMMER) == datetime(2026, 7, 1, 6)


@pytest.mark.usefixtures("new_york")
def test_an_ambiguous_naive_time_is_the_earlier_one():
    # On 1 November 2026 New York has the hour from one to two twice.
    assert aware(datetime(2026, 11, 1, 1, 30)) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
