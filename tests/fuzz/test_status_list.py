"""A short run of :mod:`tests.fuzz.status_list`."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("atheris")


@pytest.mark.spec("draft-ietf-oauth-status-list-20", "11.5")
def test_fuzzing_finds_no_crash_of_the_decoder(tmp_path):
    options = ["-runs=3000", "-seed=1", f"-artifact_prefix={tmp_path}/"]
    command = [sys.executable, "-m", "tests.fuzz.status_list", *options]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 0, result.stderr
    assert "Done 3000" in result.stderr
