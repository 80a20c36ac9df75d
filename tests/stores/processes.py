"""Fixtures for real processes on a real database, and what to ask them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import connection

SNAPSHOT = "token_revocation.stores.snapshot.SnapshotStore"

BOUND = 0.6
"""Seconds; of a :data:`SNAPSHOT` that is started without options."""


@pytest.fixture
def database(transactional_db):
    """The test's database, for other processes."""
    wanted = ("ENGINE", "NAME", "HOST", "PORT", "USER", "PASSWORD", "OPTIONS")
    return {name: connection.settings_dict[name] for name in wanted}


@pytest.fixture
def child(database):
    """Starts a process of its own that does one of the verbs of :mod:`tests.stores.child`."""
    identifier = uuid4().hex

    @contextmanager
    def start(verb, store=SNAPSHOT, redis="", **options):
        command = [sys.executable, "-m", "tests.stores.child", verb, identifier]
        variables = {
            "DATABASE": json.dumps(database),
            "REDIS": redis,
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


def delay(child, watching, revoking, between=lambda: None, **options):
    """Seconds from the commit in one process to the last time that another accepted the token.

    Calls ``between`` when one watches and the other has not begun.
    """
    with child(watching, **options) as watcher:
        assert "ready" in said(watcher)
        between()
        with child(revoking, **options) as revoker:
            committed = said(revoker)["committed"]
        return said(watcher)["accepted"] - committed
