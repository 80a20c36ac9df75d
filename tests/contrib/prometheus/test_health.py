"""What the store says of itself, and the dashboard that shows it."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, generate_latest

from tests.factories import UserFactory
from token_revocation import services
from token_revocation.stores import get_store
from token_revocation.stores.database import DatabaseStore
from token_revocation.testing import make_token

DASHBOARD = Path(__file__).parents[3] / "docs" / "grafana.json"
SNAPSHOT = "token_revocation.stores.snapshot.SnapshotStore"


def wait_until(holds):
    end = time.monotonic() + 10
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


def exposed():
    return set(re.findall(r"^(token_revocation_\w+)", generate_latest(REGISTRY).decode(), re.M))


def test_the_bound_of_the_store_in_use(settings):
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT, "STORE_OPTIONS": {"refresh_every": 2}}
    bound = REGISTRY.get_sample_value("token_revocation_staleness_bound_seconds")
    assert bound == get_store().staleness_bound > 2


@pytest.mark.django_db(transaction=True)
def test_age_and_size_of_a_snapshot(settings):
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT}
    user = UserFactory()
    services.revoke_all(user)
    services.is_revoked(services.issue(user).ref)
    assert wait_until(lambda: get_store().status()["loaded"])
    assert {"token_revocation_store_age", "token_revocation_store_entries"} <= exposed()


class ShelfStore(DatabaseStore):
    def status(self):
        return {"shelf": "upper", "entries": 3}


def test_what_is_no_number_is_left_out(settings):
    settings.TOKEN_REVOCATION = {"STORE": f"{__name__}.ShelfStore"}
    assert REGISTRY.get_sample_value("token_revocation_store_entries") == 3
    assert "token_revocation_store_shelf" not in exposed()


@pytest.mark.django_db
def test_a_cache_that_fails_is_counted_though_nobody_else_notices(settings, counted):
    settings.CACHES = {"default": {"BACKEND": "tests.failing_cache.BrokenCache"}}
    settings.TOKEN_REVOCATION = {"STORE": "token_revocation.stores.cached.CachedStore"}
    assert not services.is_revoked(make_token())
    assert counted("token_revocation_store_errors_total") > 0


def test_the_dashboard_shows_only_what_there_is(settings):
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT}
    shown = set(re.findall(r"token_revocation_\w+", json.dumps(json.loads(DASHBOARD.read_text()))))
    snapshot_only = {"token_revocation_store_age", "token_revocation_store_bytes"}
    words = ("checks", "revocations", "cutoffs", "presented", "store_errors")
    counters = {f"{name}_total" for name in words}
    known = exposed() | snapshot_only | {f"token_revocation_{name}" for name in counters}
    assert shown
    assert shown <= known | {"token_revocation_store_entries", "token_revocation_store_trusted"}
