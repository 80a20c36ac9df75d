"""For what is one for a process, like the user model or the classes of views: run it in its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run_tests(*files, settings, name, **environment):
    """Run the tests in ``files`` with ``settings``, and fail with what they printed."""
    suffix = os.environ.get("TOKEN_REVOCATION_TEST_SUFFIX", "") + f"_{name}"
    command = [sys.executable, "-m", "pytest", "-q", f"--ds={settings}"]
    done = subprocess.run(
        [*command, "--no-migrations", "-p", "no:cacheprovider", *files],
        cwd=ROOT,
        env={**os.environ, "TOKEN_REVOCATION_TEST_SUFFIX": suffix, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
