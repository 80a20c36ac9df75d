from __future__ import annotations

import ast
from pathlib import Path

from tests.traps import TRAPS

TESTS = Path(__file__).parent


def marked():
    """The numbers in the markers of all tests, whichever packages are installed."""
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            for mark in getattr(node, "decorator_list", ()):
                if ast.unparse(mark).startswith("pytest.mark.trap("):
                    yield ast.literal_eval(mark.args[0])


def test_each_trap_has_a_test_and_each_mark_is_of_a_trap():
    assert set(marked()) == set(TRAPS)
