"""A revoked token is never accepted again, whatever its lifetime and the times of purges."""

from __future__ import annotations

import os
import random
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

pytest.importorskip("knox")
pytest.importorskip("oauth2_provider")
pytest.importorskip("rest_framework_simplejwt")

from tests.attacks.lifetimes import (
    ADAPTERS,
    AFFECT_OTHER_USERS,
    DAY,
    HOUR,
    REVOCATIONS,
    START,
    TOKEN_SOURCES,
    VALIDATOR,
)
from tests.factories import UserFactory
from token_revocation import clock, services

pytestmark = pytest.mark.django_db

SCENARIOS = int(os.environ.get("LIFETIME_SCENARIOS", "3"))
MAX_LIFETIME = timedelta(days=5 * 365)


@pytest.fixture(autouse=True)
def _project(settings, monkeypatch, django_capture_on_commit_callbacks):
    # time_machine does not move the clock of a database server.
    monkeypatch.setattr(clock, "UTC_NOW", {})
    settings.TOKEN_REVOCATION = {"ADAPTERS": ADAPTERS, "AUTHTOKEN_TTL": HOUR}
    settings.SIMPLE_JWT = {"ACCESS_TOKEN_LIFETIME": 5 * HOUR / 60, "REFRESH_TOKEN_LIFETIME": DAY}
    settings.OAUTH2_PROVIDER = {
        "OAUTH2_VALIDATOR_CLASS": VALIDATOR,
        "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
        "REFRESH_TOKEN_EXPIRE_SECONDS": 86_400,
    }


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def purge_times(rng, revoked_after, lifetime):
    """Return up to four times after the revocation, most of them within days."""
    remaining = lifetime - revoked_after
    soon = [revoked_after + 2 * DAY * rng.random() * n for n in (1, 2, 3)]
    late = [revoked_after + remaining * rng.random() for _ in range(3)]
    return sorted(time for time in rng.sample(soon + late, 4) if time < lifetime)


def run_scenario(rng, source, revoke):
    """Revoke one of two tokens, purge several times, and use both after each purge.

    Unless ``source.is_used``, their lifetime is unknown, and the other token may be rejected.
    """
    victim, other = UserFactory(), UserFactory()
    with time_machine.travel(START, tick=False):
        raw, valid = source.issue(victim), source.issue(other)
        if source.is_used:
            assert source.accepts(raw)
            assert source.accepts(valid)
    revoked_after = min(source.lifetime, 2 * DAY) * rng.uniform(0.01, 0.5)
    with time_machine.travel(START + revoked_after, tick=False):
        revoke(victim, raw)
    victim.refresh_from_db()
    times = purge_times(rng, revoked_after, source.lifetime)
    for time in [*times, source.lifetime * 0.999]:
        with time_machine.travel(START + time, tick=False):
            assert not source.accepts(raw), f"accepted before a purge after {time}"
            services.purge()
            assert not source.accepts(raw), f"accepted after a purge after {time}"
            is_valid = revoke not in AFFECT_OTHER_USERS and not source.has_extended_lifetime
            if source.is_used and is_valid:
                assert source.accepts(valid), f"a valid token was rejected after {time}"


@pytest.mark.parametrize("revoke", REVOCATIONS)
@pytest.mark.parametrize("make_source", TOKEN_SOURCES)
def test_no_purge_restores_a_revoked_token(settings, make_source, revoke):
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    for _ in range(SCENARIOS):
        lifetime = timedelta(seconds=60) * (MAX_LIFETIME / timedelta(seconds=60)) ** rng.random()
        lifetime = timedelta(seconds=int(lifetime.total_seconds()))
        with rolled_back():
            try:
                source = make_source(settings, lifetime, rng.random() < 0.6)
                run_scenario(rng, source, revoke)
            except AssertionError as error:
                raise AssertionError(f"{error} (seed {seed}, lifetime {lifetime})") from error
