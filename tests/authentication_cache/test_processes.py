"""Cached tokens of another process are rejected within the staleness bound."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.authentication_cache.kinds import KINDS, require
from tests.stores.process_fixtures import BOUND, database, read_message

__all__ = ["database"]


@pytest.fixture
def child(database, user, kind_name):
    """Start a process with one of the commands of :mod:`process_commands`."""
    options = json.dumps({"refresh_every": BOUND / 2})
    kind = KINDS[kind_name]
    require(kind)
    _, raw = kind.create(user)
    variables = {"DATABASE": json.dumps(database), "STORE_OPTIONS": options}

    @contextmanager
    def start(command):
        arguments = [
            sys.executable,
            "-m",
            "tests.authentication_cache.process_commands",
            command,
            kind_name,
            raw,
        ]
        environment = {**os.environ, **variables}
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, env=environment) as process:
            yield process
            process.kill()

    return start


COMMANDS = [
    *(("authtoken", command) for command in ("revoke", "deactivate", "change_password", "delete")),
    ("knox", "revoke"),
    ("knox", "deactivate"),
    ("oauth2_provider", "revoke"),
    ("oauth2_provider", "delete"),
]


@pytest.mark.parametrize(("kind_name", "command"), COMMANDS, indirect=["kind_name"])
def test_another_process_rejects_a_cached_token_within_the_bound(child, command):
    with child("watch") as watcher:
        assert "ready" in read_message(watcher)
        with child(command) as other:
            committed = read_message(other)["committed"]
        assert read_message(watcher)["accepted"] - committed <= BOUND
