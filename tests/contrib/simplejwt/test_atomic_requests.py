"""With ATOMIC_REQUESTS the 401 for a replay would take the end of the session back."""

from __future__ import annotations

import pytest
from django.db import connections

from tests.contrib.simplejwt.clients import REVOKED, answer_code, pair_of, refresh, status_of
from token_revocation.models import TokenCutoff

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "other"]),
    pytest.mark.usefixtures("rotating"),
]


@pytest.fixture(autouse=True)
def _atomic_requests(monkeypatch):
    for alias in connections:
        monkeypatch.setitem(connections[alias].settings_dict, "ATOMIC_REQUESTS", True)


@pytest.mark.trap("T11")
def test_a_replay_ends_the_session_all_the_same(pair):
    newer = pair_of(refresh(pair.refresh))
    assert answer_code(refresh(pair.refresh)) == REVOKED
    assert TokenCutoff.objects.count() == 1
    assert status_of(newer.access) == 401
    assert refresh(newer.refresh).status_code == 401


def test_the_signal_comes_after_the_commit(pair, heard):
    refresh(pair.refresh)
    heard.clear()
    refresh(pair.refresh)
    assert len(heard) == 1
    assert not connections["default"].in_atomic_block
