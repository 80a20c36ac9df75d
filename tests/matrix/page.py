"""The first part of ``docs/matrix.md``, read row by row: some kinds may not be installed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.matrix.endpoints import ENDPOINTS
from tests.matrix.events import EVENTS
from tests.matrix.kinds import KINDS

PAGE = Path(__file__).parent.parent.parent / "docs" / "matrix.md"

HEAD = """\
# Revocation matrix

You can look up here what is rejected after a logout or any other revocation, and where. The page has two parts: the kinds of token at
our own endpoints, and the [entry points of other packages](#entry-points-of-other-packages). It is written by `python -m tests.matrix`,
and a test fails when it is no longer true.

For each kind of token and each event that revokes it, a cell is a request over HTTP and its answer. Each endpoint had accepted the token
before. Where a login gives two tokens, the event happens to the one that the heading names. Calls of the API then carry the access token
of the same login, and the refresh endpoint gets its refresh token. `—`: this kind has no such endpoint.
"""

NOT_APPLICABLE = "not applicable"

Cells = Mapping[str, str] | None
"""The response of each endpoint, or ``None`` if the event does not apply to the kind."""


def row(event: str, cells: Cells) -> str:
    """Return the table row of an event."""
    texts = [NOT_APPLICABLE] + [""] * (len(ENDPOINTS) - 1) if cells is None else cells.values()
    return f"| {' | '.join([event, *texts])} |"


def rows_of(kind: str) -> list[str]:
    """Return the table rows of a kind, as they are in the documentation."""
    chapter = PAGE.read_text().partition(f"## {kind}\n")[2].partition("\n## ")[0]
    return [line for line in chapter.splitlines() if line.startswith("|")][2:]


def page(found: Mapping[tuple[str, str], Cells]) -> str:
    """Return the first part of the page."""
    chapters = [chapter(kind, found) for kind in KINDS]
    return "\n".join([HEAD, *chapters])


def chapter(kind: str, found: Mapping[tuple[str, str], Cells]) -> str:
    head = [f"| event | {' | '.join(ENDPOINTS)} |", "|---" * (len(ENDPOINTS) + 1) + "|"]
    rows = [row(event, found[kind, event]) for event in EVENTS]
    return "\n".join([f"## {kind}", "", *head, *rows, ""])
