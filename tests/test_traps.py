from __future__ import annotations

import ast
from pathlib import Path

from tests.traps import TRAPS

TESTS = Path(__file__).parent


def marked_traps():
    """Yield the number of each marker, including those of tests that cannot be imported."""
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            for mark in getattr(node, "decorator_list", ()):
                if ast.unparse(mark).startswith("pytest.mark.trap("):
                    yield ast.literal_eval(mark.args[0])


def test_each_trap_has_a_test_and_each_marker_a_trap():
    assert set(marked_traps()) == set(TRAPS)
