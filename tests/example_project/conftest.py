from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRIVATE_VARIABLES = ("COV_", "COVERAGE_", "DJANGO_", "EXAMPLE_", "PYTEST_")


@pytest.fixture
def environment(tmp_path):
    """That of a newcomer, with a database of its own."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(PRIVATE_VARIABLES)}
    return {**inherited, "EXAMPLE_DATABASE": str(tmp_path / "demo.sqlite3")}


@pytest.fixture
def manage(environment):
    """Run ``manage.py`` with these arguments, in this environment."""

    def run(*arguments, **more):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def listen_to_interrupts():
    """Also where the tests run in the background of a shell, which has them ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def start(environment):
    """Start ``manage.py`` and leave it running until the test ends."""
    started = []

    def run(*arguments, **more):
        process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", *arguments],
            cwd=ROOT,
            env={**environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=listen_to_interrupts,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.terminate()
        process.communicate(timeout=30)
