"""Refresh with ``ATOMIC_REQUESTS``, which rolls back for a 401."""

from __future__ import annotations

import pytest
from django.db import connections

from tests.contrib.simplejwt.clients import REVOKED, parse_pair, refresh, response_code, status_of
from token_revocation.models import TokenCutoff

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "other"]),
    pytest.mark.usefixtures("rotating", "_storage"),
]


@pytest.fixture(autouse=True)
def _atomic_requests(monkeypatch):
    for alias in connections:
        monkeypatch.setitem(connections[alias].settings_dict, "ATOMIC_REQUESTS", True)


@pytest.mark.trap("T11")
def test_replay_revokes_the_session(pair):
    newer = parse_pair(refresh(pair.refresh))
    assert response_code(refresh(pair.refresh)) == REVOKED
    assert TokenCutoff.objects.count() == 1
    assert status_of(newer.access) == 401
    assert refresh(newer.refresh).status_code == 401


def test_signal_is_sent_after_the_commit(pair, revoked_token_uses):
    refresh(pair.refresh)
    revoked_token_uses.clear()
    refresh(pair.refresh)
    assert len(revoked_token_uses) == 1
    assert not connections["default"].in_atomic_block
