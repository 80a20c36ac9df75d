"""The endpoint that revokes a refresh token."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.contrib.simplejwt.clients import INVALID, refresh, response_code, status_of
from tests.views.outages import failing_cutoff_insert
from token_revocation.models import Reason, TokenCutoff


@pytest.fixture
def revoke(api_client):
    return lambda raw: api_client.post("/api/token/revoke/", {"refresh": raw})


def test_session_is_revoked(revoke, pair):
    response = revoke(pair.refresh)
    assert (response.status_code, response.json()) == (200, {})
    assert refresh(pair.refresh).status_code == 401
    assert status_of(pair.access) == 401
    assert TokenCutoff.objects.get().reason == Reason.LOGOUT


def test_revoking_twice_is_idempotent(revoke, pair):
    assert [revoke(pair.refresh).status_code for _ in range(2)] == [200, 200]
    assert TokenCutoff.objects.count() == 1


def test_expired_token_revokes_its_session(revoke, pair):
    with time_machine.travel(timedelta(days=2)):
        assert revoke(pair.refresh).status_code == 200


@pytest.mark.parametrize("raw", ["x", "é", "a.b.c"])
def test_malformed_token_is_rejected_as_by_simplejwt(revoke, db, raw):
    assert response_code(revoke(raw)) == INVALID


def test_failure_to_store_returns_503(revoke, pair):
    with failing_cutoff_insert():
        assert revoke(pair.refresh).status_code == 503
    assert status_of(pair.access) == 200
