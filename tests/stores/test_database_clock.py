from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.utils import timezone

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.stores._database_clock import DatabaseClock

MODULE = "token_revocation.stores._database_clock."


@pytest.fixture
def query_times(stopped):
    """The times of the queries for the time of the database; each takes a second."""
    times = []

    def database_now(using):
        times.append(timezone.now())
        stopped.shift(0.4)
        result = timezone.now()
        stopped.shift(0.6)
        return result

    with patch(f"{MODULE}database_now", database_now):
        yield times


def now():
    return int(timezone.now().timestamp() * 1e6)


def bounds(clock):
    return clock.earliest() - now(), clock.latest() - now()


@pytest.mark.parametrize("seconds", [0, 1, 59])
def test_the_time_lies_between_its_bounds(query_times, stopped, seconds):
    clock = DatabaseClock("default")
    clock.latest()
    stopped.shift(seconds)
    drift = seconds * 1000
    assert bounds(clock) == pytest.approx((-600_000 - drift, 400_000 + drift), abs=1500)


def test_the_database_is_queried_once_a_minute(query_times, stopped):
    clock = DatabaseClock("default")
    for seconds, count in ((0, 1), (30, 1), (28, 1), (2, 2)):
        stopped.shift(seconds)
        clock.earliest(), clock.latest()
        assert len(query_times) == count


def test_a_change_of_the_database_clock_is_seen_within_a_minute(stopped):
    clock = DatabaseClock("default")
    clock.latest()
    hour = timezone.timedelta(hours=1)
    with patch(f"{MODULE}database_now", lambda using: timezone.now() - hour):
        assert abs(bounds(clock)[0]) < 1500
        stopped.shift(61)
        assert bounds(clock) == pytest.approx((-3.6e9, -3.6e9), abs=1500)


def test_a_failing_database_is_an_outage(stopped):
    with (
        patch(f"{MODULE}database_now", side_effect=OperationalError),
        pytest.raises(RevocationUnavailable),
    ):
        DatabaseClock("default").latest()
