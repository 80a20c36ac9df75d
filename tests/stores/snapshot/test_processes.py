"""The bound of a snapshot, between real processes on a real database."""

from __future__ import annotations

import os

import pytest

from tests.stores.processes import BOUND, child, database, delay, said

__all__ = ["child", "database"]  # Fixtures.


@pytest.mark.parametrize("revoking", ["revoke", "revoke_and_die", "revoke_unheard"])
def test_another_process_sees_it_within_the_bound(child, revoking):
    assert delay(child, "watch", revoking) <= BOUND


def test_the_bound_holds_when_the_snapshot_cannot_be_refreshed(child):
    assert delay(child, "hang", "revoke") <= BOUND


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_starts_a_snapshot_of_its_own(child):
    with child("fork") as watcher:
        inherited = said(watcher)
        assert inherited["inherited"]["loaded"] is False
        assert not inherited["busy"]
        assert "ready" in said(watcher)
        with child("revoke") as revoker:
            committed = said(revoker)["committed"]
        assert said(watcher)["accepted"] - committed <= BOUND
