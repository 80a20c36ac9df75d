from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from token_revocation.clock import aware, database_now, native, now

SUMMER = datetime(2026, 7, 1, 10, tzinfo=UTC)


@pytest.fixture
def new_york(settings):
    """A project of before 2023: moments are naive, and in a time zone of their own."""
    settings.USE_TZ = False
    settings.TIME_ZONE = "America/New_York"


def assert_just_now(moment):
    assert moment.utcoffset() == timedelta(0)
    assert abs(moment - datetime.now(UTC)) < timedelta(minutes=1)


def test_this_host_tells_utc():
    assert_just_now(now())


def test_the_database_tells_utc(db):
    assert_just_now(database_now("default"))


@pytest.mark.usefixtures("new_york")
def test_both_tell_utc_where_django_does_not(db):
    assert_just_now(now())
    assert_just_now(database_now("default"))


@pytest.mark.parametrize("zone", ["+05:00", "-05:00"])
def test_the_time_zone_of_the_connection_does_not_matter(db, zone):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no time zone")
    name = "time_zone" if connection.vendor == "mysql" else "TIME ZONE"
    sign = "= " if connection.vendor == "mysql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SET {name} {sign}'{zone}'")
    try:
        assert_just_now(database_now("default"))
    finally:
        connection.close()


def test_microseconds_count(db):
    """A clock with whole milliseconds would be right about once in a thousand."""
    assert any(database_now("default").microsecond % 1000 for _ in range(5))


def test_a_server_keeps_its_own_time(db):
    with time_machine.travel(SUMMER, tick=False):
        told = database_now("default")
    assert (told == SUMMER) is (connection.vendor == "sqlite")


def test_an_aware_moment_stays_as_it_is():
    assert aware(SUMMER) is native(SUMMER) is SUMMER


@pytest.mark.usefixtures("new_york")
def test_a_naive_moment_is_in_the_time_zone_of_the_project():
    assert native(SUMMER) == datetime(2026, 7, 1, 6)
    assert aware(datetime(2026, 7, 1, 6)) == SUMMER


@pytest.mark.usefixtures("new_york")
def test_a_naive_moment_is_not_in_the_time_zone_of_a_visitor():
    with timezone.override("Asia/Tokyo"):
        assert aware(datetime(2026, 7, 1, 6)) == SUMMER
        assert native(SUMMER) == datetime(2026, 7, 1, 6)


@pytest.mark.usefixtures("new_york")
def test_of_two_moments_that_read_the_same_it_is_the_earlier():
    """On the first of November 2026 New York has the hour from one to two twice."""
    assert aware(datetime(2026, 11, 1, 1, 30)) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
