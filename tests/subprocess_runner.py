"""Run tests in a process of their own, for settings that Django reads once per process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run_tests(*files, settings, name, **environment):
    """Run the tests in ``files`` with ``settings``; on failure, show their output."""
    suffix = os.environ.get("TOKEN_REVOCATION_TEST_SUFFIX", "") + f"_{name}"
    command = [sys.executable, "-m", "pytest", "-q", f"--ds={settings}"]
    result = subprocess.run(
        [*command, "--no-migrations", "-p", "no:cacheprovider", *files],
        cwd=ROOT,
        env={**os.environ, "TOKEN_REVOCATION_TEST_SUFFIX": suffix, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout + result.stderr
