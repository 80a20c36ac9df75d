"""Entry points of other packages reject revoked tokens, or ``check`` reports them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.matrix.packages.page import chapter, written, written_chapter
from tests.matrix.packages.projects import PROJECTS

ROOT = Path(__file__).parents[3]
WRITING = bool(os.environ.get("WRITE_MATRIX"))


@cache
def measure(name, *options):
    """Measure a project in a process of its own, since Django is set up once for a process."""
    missing = PROJECTS[name].missing
    if missing:
        pytest.skip(f"Not installed: {', '.join(missing)}.")
    command = [sys.executable, "-m", "tests.matrix.packages", name, *options]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    return json.loads(result.stdout.splitlines()[-1])


@pytest.mark.trap("T30")
@pytest.mark.parametrize("name", PROJECTS)
def test_a_revoked_token_is_rejected_or_reported_by_check(name, package_cells):
    result = measure(name)
    package_cells[name] = result["cells"]
    assert result["unreported"] == []


@pytest.mark.parametrize("name", PROJECTS)
def test_every_route_is_covered(name):
    assert measure(name)["uncovered_routes"] == []


@pytest.mark.skipif(WRITING, reason="The page is being written.")
@pytest.mark.parametrize("name", PROJECTS)
def test_the_page_is_up_to_date(name):
    *lines, _ = chapter(PROJECTS[name], measure(name)["cells"])
    assert lines == written_chapter(name)[: len(lines)], "Run: python -m tests.matrix"


@pytest.mark.skipif(WRITING, reason="The page is being written.")
def test_the_page_has_exactly_one_chapter_for_each_project():
    titles = [line for line in written().splitlines() if line.startswith("### ")]
    assert titles == [f"### {name}" for name in PROJECTS]


def test_an_unreported_entry_point_is_detected():
    """The stock refresh endpoint of simplejwt mints tokens; without ``check`` no finding says so."""
    result = measure("simplejwt, its own views", "--without-check")
    assert any("`POST api/token/refresh/`: 200" in line for line in result["unreported"])
