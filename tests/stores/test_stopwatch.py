from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.utils import timezone

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.stores.stopwatch import Stopwatch

STOPWATCH = "token_revocation.stores.stopwatch."


@pytest.fixture
def asked(stopped):
    """The moments at which the database was asked for the time; each answer takes a second."""
    moments = []

    def answer(using):
        moments.append(timezone.now())
        stopped.shift(0.4)
        said = timezone.now()
        stopped.shift(0.6)
        return said

    with patch(f"{STOPWATCH}database_now", answer):
        yield moments


def now():
    return int(timezone.now().timestamp() * 1e6)


def bounds(stopwatch):
    return stopwatch.earliest() - now(), stopwatch.latest() - now()


@pytest.mark.parametrize("seconds", [0, 1, 59])
def test_the_time_lies_between_its_bounds(asked, stopped, seconds):
    stopwatch = Stopwatch("default")
    stopwatch.latest()
    stopped.shift(seconds)
    drift = seconds * 1000
    assert bounds(stopwatch) == pytest.approx((-600_000 - drift, 400_000 + drift), abs=1500)


def test_the_database_is_asked_once_a_minute(asked, stopped):
    stopwatch = Stopwatch("default")
    for seconds, times in ((0, 1), (30, 1), (28, 1), (2, 2)):
        stopped.shift(seconds)
        stopwatch.earliest(), stopwatch.latest()
        assert len(asked) == times


def test_a_clock_that_was_set_is_noticed_within_the_minute(stopped):
    stopwatch = Stopwatch("default")
    stopwatch.latest()
    hour = timezone.timedelta(hours=1)
    with patch(f"{STOPWATCH}database_now", lambda using: timezone.now() - hour):
        assert abs(bounds(stopwatch)[0]) < 1500
        stopped.shift(61)
        assert bounds(stopwatch) == pytest.approx((-3.6e9, -3.6e9), abs=1500)


def test_a_database_that_does_not_say_is_an_outage(stopped):
    with (
        patch(f"{STOPWATCH}database_now", side_effect=OperationalError),
        pytest.raises(RevocationUnavailable),
    ):
        Stopwatch("default").latest()
