"""The second part of ``docs/matrix.md``: the entry points of other packages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.matrix.packages.measurement import NO_EVENT
from tests.matrix.packages.project import Project
from tests.matrix.packages.projects import PROJECTS

PAGE = Path(__file__).parents[3] / "docs" / "matrix.md"
TITLE = "## Entry points of other packages"

HEAD = f"""\
{TITLE}

Each table is a project with one other package, set up as the documentation of that package says, with our class and adapter. Users log
in by each entry point that is named above the table. Then the event of a row happens. After 1.1 seconds, every token of these users is
presented at the entry point of each column. Tokens that are issued in return are presented everywhere as well.

* *accepted*: there was no event, or it is a new login.
* A status: the token is rejected. *mints rejected tokens*: the response is a token that no entry point accepts.
* *Error* or *Warning*: the token is accepted, and `manage.py check` reports the entry point (`W071`: `check --deploy`). See the
  [reference](reference.md#system-checks).
* `—`: the entry point accepts no token of this kind, or the users cannot log in again.
"""

Cells = Mapping[str, Mapping[str, str]]


def render(found: Mapping[str, Cells]) -> str:
    """Return the part about all projects."""
    return "\n".join([HEAD, *("\n".join(chapter(PROJECTS[name], found[name])) for name in found)])


def chapter(project: Project, cells: Cells) -> Iterable[str]:
    """Yield the lines about one project."""
    columns = [*cells[NO_EVENT]]
    yield f"### {project.name}"
    yield ""
    yield f"{project.about} Logins: {', '.join(project.logins)}."
    yield ""
    yield f"| event | {' | '.join(columns)} |"
    yield "|---" * (len(columns) + 1) + "|"
    yield from (row(event, cells[event], len(columns)) for event in cells)
    yield ""


def row(event: str, cells: Mapping[str, str], width: int) -> str:
    """Return the table row of an event."""
    texts: list[Any] = [*cells.values()] or ["not applicable", *[""] * (width - 1)]
    return f"| {' | '.join([event, *texts])} |"


def written() -> str:
    """Return the part as it is in the documentation."""
    _, title, after = PAGE.read_text().partition(TITLE)
    return title + after


def written_chapter(name: str) -> list[str]:
    """Return the lines about one project in the documentation."""
    _, title, after = written().partition(f"### {name}\n")
    return [title.strip(), *after.partition("\n### ")[0].splitlines()]
