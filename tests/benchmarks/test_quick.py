"""Run the benchmarks and check the numbers of queries. Times are not checked."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from benchmarks.page import page

COMMAND = [sys.executable, "-m", "benchmarks", "--quick", "--databases", "sqlite"]
BASELINE, REVOCABLE = "DRF TokenAuthentication", "revocable DRF, DatabaseStore"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    path = tmp_path_factory.mktemp("benchmarks") / "results.json"
    options = ["--only", REVOCABLE, "--parts", "authenticate", "purge", "bulk", "--json", str(path)]
    subprocess.run([*COMMAND, *options], check=True, capture_output=True)
    return json.loads(path.read_text())


def test_token_user_and_revocation_take_one_query_like_the_stock_class(results):
    queries = results["databases"]["sqlite"]["levels"]["0"]["queries"]
    assert queries == {BASELINE: 1, REVOCABLE: 1}


def test_page_contains_the_command_and_the_results(results):
    text = page(results)
    assert "python -m benchmarks --quick --databases sqlite" in text
    ratio = results["databases"]["sqlite"]["levels"]["0"]["authenticate"][REVOCABLE]["alone"][
        "ratio"
    ]
    assert f"| {REVOCABLE} | {ratio:.2f} (0.40) |" in text
    assert f"| {REVOCABLE} | 1 |" in text
    assert "## purge: sqlite" in text
    assert "## bulk: sqlite" in text
