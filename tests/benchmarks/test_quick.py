"""That the benchmarks run, and what they count; what they time is not for tests."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from benchmarks.page import page

COMMAND = [sys.executable, "-m", "benchmarks", "--quick", "--databases", "sqlite"]
BASELINE, OURS = "DRF TokenAuthentication", "ours, DatabaseStore"


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    path = tmp_path_factory.mktemp("benchmarks") / "results.json"
    options = ["--only", OURS, "--parts", "authenticate", "purge", "bulk", "--json", str(path)]
    subprocess.run([*COMMAND, *options], check=True, capture_output=True)
    return json.loads(path.read_text())


def test_a_token_its_user_and_its_revocation_are_one_query_as_without_us(found):
    queries = found["databases"]["sqlite"]["levels"]["0"]["queries"]
    assert queries == {BASELINE: 1, OURS: 1}


def test_the_page_says_how_to_repeat_what_it_shows(found):
    text = page(found)
    assert "python -m benchmarks --quick --databases sqlite" in text
    ratio = found["databases"]["sqlite"]["levels"]["0"]["authenticate"][OURS]["alone"]["ratio"]
    assert f"| {OURS} | {ratio:.2f} (0.40) |" in text
    assert f"| {OURS} | 1 |" in text
    assert "## purge: sqlite" in text
    assert "## bulk: sqlite" in text
