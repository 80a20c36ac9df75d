"""``docs/matrix.md``: read and written a row at a time, as not every kind is installed everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.matrix.doors import DOORS
from tests.matrix.events import EVENTS
from tests.matrix.kinds import KINDS

PAGE = Path(__file__).parent.parent.parent / "docs" / "matrix.md"

HEAD = """\
# What ends what

For each kind of token and each event that ends it: what every door answers afterwards. Each cell is a request over HTTP
and its answer, and each door had accepted the token before. The page is written by `python -m tests.matrix`, and a
test fails when it is no longer true. Where a login gives two tokens, the event happens to the one that the heading names; calls of the API then carry
the access token of the same login, and the refresh endpoint its refresh token. `—`: this kind has no such door.
"""

NO_SUCH_EVENT = "cannot happen to this kind"

Cells = Mapping[str, str] | None
"""What each door answers; ``None`` if the event cannot happen to the kind."""


def row(event: str, cells: Cells) -> str:
    """The line of the page."""
    texts = [NO_SUCH_EVENT] + [""] * (len(DOORS) - 1) if cells is None else cells.values()
    return f"| {' | '.join([event, *texts])} |"


def rows_of(kind: str) -> list[str]:
    """The lines of the page about a kind."""
    chapter = PAGE.read_text().partition(f"## {kind}\n")[2].partition("\n## ")[0]
    return [line for line in chapter.splitlines() if line.startswith("|")][2:]


def page(found: Mapping[tuple[str, str], Cells]) -> str:
    """The whole page."""
    chapters = [chapter(kind, found) for kind in KINDS]
    return "\n".join([HEAD, *chapters])


def chapter(kind: str, found: Mapping[tuple[str, str], Cells]) -> str:
    head = [f"| event | {' | '.join(DOORS)} |", "|---" * (len(DOORS) + 1) + "|"]
    rows = [row(event, found[kind, event]) for event in EVENTS]
    return "\n".join([f"## {kind}", "", *head, *rows, ""])
