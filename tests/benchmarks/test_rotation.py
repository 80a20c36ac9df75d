"""Run the benchmark of rotation and check what it counts. Times are not checked."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from benchmarks.rotation import TITLE, get_section, with_section
from tests.pages import ROOT

pytest.importorskip("rest_framework_simplejwt")

ROW = re.compile(r"^\| (.+) \| (\d+) \| \d+ \|", re.M)
OPTIONS = ["--databases", "sqlite", "--rows=100", "--rounds=2", "--calls=2"]


def queries(section):
    """Return the number of queries of each row of the table for SQLite."""
    table = section.partition("| sqlite |")[2].partition("\n\n")[0]
    return dict(ROW.findall(table))


def test_a_refresh_takes_the_documented_number_of_queries(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Page\n")
    command = [sys.executable, "-m", "benchmarks.rotation", *OPTIONS, "--write", str(page)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    counted = queries(get_section(page.read_text()))
    assert int(counted["a row per session"]) < int(counted["a row per refresh"])
    documented = (ROOT / "docs" / "performance.md").read_text()
    assert counted == queries(get_section(documented))


def test_only_the_section_is_replaced():
    page = f"# Page\n\n{TITLE}\n\nold\n\n## Next\n\ntext\n"
    changed = with_section(page, f"{TITLE}\n\nnew\n")
    assert changed == f"# Page\n\n{TITLE}\n\nnew\n\n## Next\n\ntext\n"
    assert get_section(changed).strip() == f"{TITLE}\n\nnew"
    assert with_section("# Page\n", f"{TITLE}\n") == f"# Page\n\n{TITLE}\n"
