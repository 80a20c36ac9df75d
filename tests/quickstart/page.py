"""The files, commands and requests of the quickstart page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "quickstart.md"
FILE = re.compile(r"In `(\S+)`:\n\n```python\n(.*?)```", re.DOTALL)
SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Request:
    """A ``curl`` command, and the expected response in its comment."""

    command: str
    status: str
    code: str
    variables: dict[str, str]

    @classmethod
    def parse(cls, line):
        command, _, answer = line.partition("  # ")
        status, *words = answer.split()
        variables = dict(word.split("=") for word in words if "=" in word)
        code = next((word for word in words if "=" not in word), "")
        return cls(command, status, code, variables)


@dataclass(frozen=True)
class Section:
    """The section about one kind, after the introduction that all share."""

    title: str
    text: str

    @property
    def files(self):
        return FILE.findall(self.text)

    @property
    def lines(self):
        return [line for block in SHELL.findall(self.text) for line in block.splitlines()]

    @property
    def commands(self):
        return [line for line in self.lines if not line.startswith("curl") and "pip" not in line]

    @property
    def requests(self):
        return [Request.parse(line) for line in self.lines if line.startswith("curl")]


def sections():
    """Return the sections with requests, by title."""
    beginning, *others = PAGE.read_text().split("\n## ")
    named = [other.partition("\n") for other in others]
    found = [Section(title, f"{beginning}\n{text}") for title, _, text in named]
    return {section.title: section for section in found if section.requests}
