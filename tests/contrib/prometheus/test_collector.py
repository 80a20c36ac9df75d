"""Metrics of the store, and the Grafana dashboard."""

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


def exported_names():
    return set(re.findall(r"^(token_revocation_\w+)", generate_latest(REGISTRY).decode(), re.M))


def test_staleness_bound_is_exported(settings):
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT, "STORE_OPTIONS": {"refresh_every": 2}}
    bound = REGISTRY.get_sample_value("token_revocation_staleness_bound_seconds")
    assert bound == get_store().staleness_bound > 2


@pytest.mark.django_db(transaction=True)
def test_age_and_size_of_a_snapshot_are_exported(settings):
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT}
    user = UserFactory()
    services.revoke_all(user)
    services.is_revoked(services.issue(user).ref)
    assert wait_until(lambda: get_store().status()["loaded"])
    assert {"token_revocation_store_age", "token_revocation_store_entries"} <= exported_names()


class LabelledStore(DatabaseStore):
    def status(self):
        return {"shelf": "upper", "entries": 3}


def test_status_values_that_are_not_numbers_are_omitted(settings):
    settings.TOKEN_REVOCATION = {"STORE": f"{__name__}.LabelledStore"}
    assert REGISTRY.get_sample_value("token_revocation_store_entries") == 3
    assert "token_revocation_store_shelf" not in exported_names()


@pytest.mark.django_db(transaction=True)
def test_cache_errors_are_counted(settings, counted):
    settings.CACHES = {"default": {"BACKEND": "tests.faulty_caches.BrokenCache"}}
    settings.TOKEN_REVOCATION = {"STORE": "token_revocation.stores.cached.CachedStore"}
    assert not services.is_revoked(make_token())
    assert counted("token_revocation_store_errors_total") > 0


def test_dashboard_uses_only_existing_metrics(settings):
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT}
    shown = set(re.findall(r"token_revocation_\w+", json.dumps(json.loads(DASHBOARD.read_text()))))
    snapshot_only = {"token_revocation_store_age", "token_revocation_store_bytes"}
    words = ("checks", "revocations", "cutoffs", "presented", "store_errors")
    counters = {f"{name}_total" for name in words}
    known = exported_names() | snapshot_only | {f"token_revocation_{name}" for name in counters}
    assert shown
    assert shown <= known | {"token_revocation_store_entries", "token_revocation_store_trusted"}
