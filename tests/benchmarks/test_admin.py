"""Compare the numbers of queries of the admin pages with the documentation."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.pages import ROOT
from tests.requirements import require_server

pytest.importorskip("psycopg")

ROWS = ["--rows=20000", "--cutoffs=5000", "--sessions=5000"]

ROW = re.compile(r"^\| (.+) \| (\d+) \| \d+ ms \|", re.M)


def test_admin_pages_take_the_documented_number_of_queries():
    host, port = os.environ.get("PGHOST", "127.0.0.1"), os.environ.get("PGPORT", "5432")
    require_server("PostgreSQL", host, port)
    command = [sys.executable, "-m", "benchmarks.admin", *ROWS, "--calls=1"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    counted = [int(queries) for _, queries in ROW.findall(run.stdout)]
    documented = ROW.findall((ROOT / "docs" / "admin.md").read_text())
    assert counted[:-1] == [int(queries) for _, queries in documented]
    assert len(documented) == 33
