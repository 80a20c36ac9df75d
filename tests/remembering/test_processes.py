"""The bound of the store holds for what another process remembers, on a real database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.stores.processes import BOUND, database, said

__all__ = ["database"]


@pytest.fixture
def child(token, database):
    """Starts a process of its own that does one of the verbs of :mod:`child`."""
    options = json.dumps({"refresh_every": BOUND / 2})
    variables = {"DATABASE": json.dumps(database), "STORE_OPTIONS": options}

    @contextmanager
    def start(verb):
        command = [sys.executable, "-m", "tests.remembering.child", verb, token.key]
        environment = {**os.environ, **variables}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            yield process
            process.kill()

    return start


@pytest.mark.parametrize("verb", ["revoke", "deactivate", "change_password", "delete"])
def test_another_process_forgets_it_within_the_bound(child, verb):
    with child("watch") as watcher:
        assert "ready" in said(watcher)
        with child(verb) as other:
            committed = said(other)["committed"]
        assert said(watcher)["accepted"] - committed <= BOUND
