"""The bound, between real processes on a real database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import connection

BOUND = 0.6

SNAPSHOT = "token_revocation.stores.snapshot.SnapshotStore"


@pytest.fixture
def database(transactional_db):
    """The test's database, for other processes."""
    wanted = ("ENGINE", "NAME", "HOST", "PORT", "USER", "PASSWORD", "OPTIONS")
    return {name: connection.settings_dict[name] for name in wanted}


@pytest.fixture
def child(database):
    """Starts a process of its own that does one of the verbs of :mod:`child`."""
    identifier = uuid4().hex

    @contextmanager
    def start(verb, store=SNAPSHOT, **options):
        command = [sys.executable, "-m", "tests.stores.snapshot.child", verb, identifier]
        variables = {
            "DATABASE": json.dumps(database),
            "STORE": store,
            "STORE_OPTIONS": json.dumps(options or {"refresh_every": BOUND / 2}),
        }
        environment = {**os.environ, **variables}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            yield process
            process.kill()

    return start


def said(process):
    """The next thing that a child says."""
    return json.loads(process.stdout.readline())


def delay(child, watching, revoking, **options):
    """Seconds from the commit in one process to the last time that another accepted the token."""
    with child(watching, **options) as watcher:
        assert "ready" in said(watcher)
        with child(revoking, **options) as revoker:
            committed = said(revoker)["committed"]
        return said(watcher)["accepted"] - committed


@pytest.mark.parametrize("revoking", ["revoke", "revoke_and_die"])
def test_another_process_sees_it_within_the_bound(child, revoking):
    assert delay(child, "watch", revoking) <= BOUND


def test_the_bound_holds_when_the_snapshot_cannot_be_refreshed(child):
    assert delay(child, "hang", "revoke") <= BOUND


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_starts_a_snapshot_of_its_own(child):
    with child("fork") as watcher:
        assert said(watcher)["inherited"]["loaded"] is False
        assert "ready" in said(watcher)
        with child("revoke") as revoker:
            committed = said(revoker)["committed"]
        assert said(watcher)["accepted"] - committed <= BOUND
