"""Every process collects the same tests in the same order, for pytest-xdist."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.subprocess_runner import ROOT


def collect(seed):
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:randomly"]
    return subprocess.Popen(
        [*command, "-p", "no:cacheprovider", "--no-header", "tests"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_collection_does_not_depend_on_order_of_sets():
    printed = [process.communicate(timeout=300)[0] for process in map(collect, "12")]
    one, other = ([line for line in text.splitlines() if "::" in line] for text in printed)
    assert len(one) > 1000
    assert one == other
