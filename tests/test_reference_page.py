from __future__ import annotations

import ast

from tests.docstrings import markdown, names_in, signature
from tests.reference_page import page
from token_revocation import services, signals
from token_revocation.conf import NAMES

MODULE = """
LIMIT: int = 3
'Most.'
def read(raw: str) -> None:
    'Read.'
def _hidden():
    'No.'
"""


def test_it_has_every_setting_signal_and_service():
    shown = {line.split("`")[1] for line in page().splitlines() if line.startswith("### ")}
    named = {name for name, value in vars(signals).items() if isinstance(value, signals.Signal)}
    assert NAMES | named | set(services.__all__) <= shown


def test_what_has_a_docstring_and_no_underscore_is_found():
    found = [(name, docstring) for name, _, docstring in names_in(ast.parse(MODULE))]
    assert found == [("LIMIT", "Most."), ("read", "Read.")]


def test_a_long_signature_takes_a_line_for_each_argument():
    (function,) = ast.parse("def f(self, *, first_of_them: dict[str, int] = {}, b=1): ...").body
    assert signature(function) == "f(*, first_of_them: dict[str, int]={}, b=1)"
    function.name = "f" * 90
    assert signature(function).splitlines()[1:] == [
        *("    *,", "    first_of_them: dict[str, int]={},", "    b=1,", ")"),
    ]


def test_restructured_text_becomes_markdown():
    assert markdown("See :func:`~a.b.read`, ``x``::\n\n    code") == "See `read`, `x`:\n\n    code"
