"""The staleness bound of a snapshot across processes."""

from __future__ import annotations

import os

import pytest

from tests.stores.process_fixtures import BOUND, child, database, measure_delay, read_message

__all__ = ["child", "database"]  # Fixtures.


@pytest.mark.parametrize(
    "revoke_command", ["revoke", "revoke_and_die", "revoke_without_invalidation"]
)
def test_another_process_sees_a_revocation_within_the_bound(child, revoke_command):
    assert measure_delay(child, "watch", revoke_command) <= BOUND


def test_the_bound_holds_when_the_snapshot_cannot_be_refreshed(child):
    assert measure_delay(child, "hang", "revoke") <= BOUND


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_process_loads_its_own_snapshot(child):
    with child("fork") as watcher:
        inherited = read_message(watcher)
        assert inherited["inherited"]["loaded"] is False
        assert not inherited["busy"]
        assert "ready" in read_message(watcher)
        with child("revoke") as revoker:
            committed = read_message(revoker)["committed"]
        assert read_message(watcher)["accepted"] - committed <= BOUND
