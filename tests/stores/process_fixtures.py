"""Fixtures and helpers for test processes on the test database."""

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
"""The staleness bound in seconds of a :data:`SNAPSHOT` without options."""


@pytest.fixture
def database(transactional_db):
    """The settings of the test database, for other processes."""
    names = ("ENGINE", "NAME", "HOST", "PORT", "USER", "PASSWORD", "OPTIONS")
    return {name: connection.settings_dict[name] for name in names}


@pytest.fixture
def child(database):
    """Start a process with one of the commands of ``process_commands``."""
    identifier = uuid4().hex

    @contextmanager
    def start(command, store=SNAPSHOT, redis="", **options):
        arguments = [sys.executable, "-m", "tests.stores.process_commands", command, identifier]
        variables = {
            "DATABASE": json.dumps(database),
            "REDIS": redis,
            "STORE": store,
            "STORE_OPTIONS": json.dumps(options or {"refresh_every": BOUND / 2}),
        }
        environment = {**os.environ, **variables}
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, env=environment) as process:
            yield process
            process.kill()

    return start


def read_message(process):
    """Return the next message of a test process."""
    return json.loads(process.stdout.readline())


def measure_delay(child, watch_command, revoke_command, between=lambda: None, **options):
    """Return the seconds from the commit in one process to the last acceptance in another.

    Calls ``between`` after the watching process is ready, before the revocation.
    """
    with child(watch_command, **options) as watcher:
        assert "ready" in read_message(watcher)
        between()
        with child(revoke_command, **options) as revoker:
            committed = read_message(revoker)["committed"]
        return read_message(watcher)["accepted"] - committed
