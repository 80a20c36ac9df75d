"""The tests that the table of threats in ``docs/security.md`` names."""

from __future__ import annotations

import re

import pytest

from tests.pages import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
THREATS = [
    line.strip("| ").split(" | ")
    for line in PAGE.partition("\n## Threats\n\n")[2].partition("\n\n")[0].splitlines()
]


@pytest.mark.parametrize("cells", THREATS[2:], ids=lambda cells: cells[0][:40])
def test_threat_names_existing_tests(cells):
    named = re.findall(r"`(tests/[\w/]+\.py)`", cells[-1])
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
