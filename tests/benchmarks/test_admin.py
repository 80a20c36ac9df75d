"""That it runs, and what it counts: the same queries, however many rows there are."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.pages import ROOT
from tests.servers import need_server

pytest.importorskip("psycopg")

LINE = re.compile(r"^\| (.+) \| (\d+) \| \d+ ms \|", re.M)


def test_the_pages_take_the_queries_that_the_documentation_says():
    host, port = os.environ.get("PGHOST", "127.0.0.1"), os.environ.get("PGPORT", "5432")
    need_server("PostgreSQL", host, port)
    command = [sys.executable, "-m", "benchmarks.admin", "--rows=20000", "--calls=1"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    counted = [int(queries) for _, queries in LINE.findall(run.stdout)]
    documented = LINE.findall((ROOT / "docs" / "admin.md").read_text())
    assert counted[:-1] == [int(queries) for _, queries in documented]
    assert len(documented) == 15
