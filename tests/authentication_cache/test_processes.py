"""Cached tokens of another process are rejected within the staleness bound."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.stores.process_fixtures import BOUND, database, read_message

__all__ = ["database"]


@pytest.fixture
def child(token, database):
    """Start a process with one of the commands of :mod:`process_commands`."""
    options = json.dumps({"refresh_every": BOUND / 2})
    variables = {"DATABASE": json.dumps(database), "STORE_OPTIONS": options}

    @contextmanager
    def start(command):
        arguments = [
            sys.executable,
            "-m",
            "tests.authentication_cache.process_commands",
            command,
            token.key,
        ]
        environment = {**os.environ, **variables}
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, env=environment) as process:
            yield process
            process.kill()

    return start


@pytest.mark.parametrize("command", ["revoke", "deactivate", "change_password", "delete"])
def test_another_process_rejects_a_cached_token_within_the_bound(child, command):
    with child("watch") as watcher:
        assert "ready" in read_message(watcher)
        with child(command) as other:
            committed = read_message(other)["committed"]
        assert read_message(watcher)["accepted"] - committed <= BOUND
