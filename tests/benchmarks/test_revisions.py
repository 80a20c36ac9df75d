"""Run the benchmark of revisions and check what it counts. Times are not checked."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.pages import ROOT

COMMAND = [sys.executable, "-m", "benchmarks.revisions", "50", "1"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has xid8")
def test_both_designs_find_new_rows():
    suffix = os.environ.get("TOKEN_REVOCATION_TEST_SUFFIX", "") + "_revisions"
    environment = {
        **os.environ,
        "BENCH_DATABASE": "postgres",
        "BENCH_SUFFIX": suffix,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
    }
    run = subprocess.run(COMMAND, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    figures = dict(line.strip("| ").split(" | ", 1) for line in run.stdout.splitlines()[2:])
    # The long transaction, or another one on this server, holds back the xid8 column only.
    revision, xid8, *_ = figures["idle look in a long transaction, rows"].split(" | ")
    assert (revision, int(xid8.replace(",", "")) >= 200) == ("0", True)
