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
    """Return the environment of a new user, with a temporary database."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(PRIVATE_VARIABLES)}
    return {**inherited, "EXAMPLE_DATABASE": str(tmp_path / "demo.sqlite3")}


@pytest.fixture
def manage(environment):
    """Return a function that runs ``manage.py`` with its arguments."""

    def run(*arguments, **variables):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def reset_interrupts():
    # Shells ignore interrupts in background jobs, and child processes inherit that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def start(environment):
    """Return a function that starts ``manage.py`` until the end of the test."""
    started = []

    def run(*arguments, **variables):
        process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", *arguments],
            cwd=ROOT,
            env={**environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=reset_interrupts,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.terminate()
        process.communicate(timeout=30)
