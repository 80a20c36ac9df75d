from __future__ import annotations

import ast

from tests.standards_page import PAGE, page, requirements_in, section_order

MODULE = """
RFC = "RFC 1"
@pytest.mark.spec("RFC 1", "2")
@pytest.mark.spec(RFC, "3")
def test_a_b(): ...
"""


def test_page_is_up_to_date():
    assert PAGE.read_text() == page(), "Run: python -m tests.standards_page"


def test_each_marker_of_a_test_becomes_a_row():
    module = ast.parse(MODULE)
    rows = [row[:3] for row in requirements_in(module, "tests/x.py")]
    assert rows == [("RFC 1", "2", "A b"), ("RFC 1", "3", "A b")]


def test_sections_are_sorted_by_number():
    assert sorted(["2.10", "10", "2.9", "2"], key=section_order) == ["2", "2.9", "2.10", "10"]
