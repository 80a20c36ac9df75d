from __future__ import annotations

import ast

from tests.docstrings import format_signature, public_names, to_markdown
from tests.reference_page import page
from token_revocation import services, signals
from token_revocation.conf import NAMES

MODULE = """
LIMIT: int = 3
'Maximum.'
def read(raw: str) -> None:
    'Read.'
def _hidden():
    'Private.'
"""

SECTIONS = """\
Read.

Args:
    raw: The string,
        as sent.
    using: An alias.

Returns:
    The token, or
    ``None``.
"""


def test_page_has_every_setting_signal_and_service():
    shown = {line.split("`")[1] for line in page().splitlines() if line.startswith("### ")}
    named = {name for name, value in vars(signals).items() if isinstance(value, signals.Signal)}
    assert NAMES | named | set(services.__all__) <= shown


def test_public_names_with_a_docstring_are_found():
    found = [(name, docstring) for name, _, docstring in public_names(ast.parse(MODULE))]
    assert found == [("LIMIT", "Maximum."), ("read", "Read.")]


def test_long_signature_has_one_argument_on_each_line():
    (function,) = ast.parse("def f(self, *, first_of_them: dict[str, int] = {}, b=1): ...").body
    assert format_signature(function) == "f(*, first_of_them: dict[str, int]={}, b=1)"
    function.name = "f" * 90
    assert format_signature(function).splitlines()[1:] == [
        *("    *,", "    first_of_them: dict[str, int]={},", "    b=1,", ")"),
    ]


def test_restructuredtext_becomes_markdown():
    assert (
        to_markdown("See :func:`~a.b.read`, ``x``::\n\n    code") == "See `read`, `x`:\n\n    code"
    )


def test_google_sections_become_markdown():
    assert to_markdown(SECTIONS).splitlines() == [
        "Read.",
        "",
        "**Args**",
        "",
        "* `raw`: The string, as sent.",
        "* `using`: An alias.",
        "",
        "**Returns**",
        "",
        "The token, or",
        "`None`.",
    ]
