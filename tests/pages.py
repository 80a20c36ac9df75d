"""Code blocks of the documentation."""

from __future__ import annotations

import re
import sys
import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# (project)/(\w+)\.py\n")
SETTING = re.compile(r"^[A-Z_]+ \+?= ", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced code block."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self):
        return f"{self.page}:{self.line}"

    @property
    def code(self):
        """The compiled code, with the line numbers of the page."""
        return compile("\n" * self.line + self.text, self.page, "exec")

    @property
    def is_settings(self):
        """Whether the block only assigns settings."""
        starts = re.findall(r"^[a-z@].*", self.text, re.MULTILINE)
        return bool(SETTING.search(self.text)) and not starts

    @property
    def module(self):
        """The module that the first line names, or an empty string."""
        named = FILE.match(self.text)
        return ".".join(named.groups()) if named else ""


@cache
def blocks(language):
    """Return all blocks of this language, in order."""
    return [
        Block(
            page.name, text.count("\n", 0, found.start()) + 1, language, textwrap.dedent(found[2])
        )
        for page in PAGES
        for text in [page.read_text()]
        for found in FENCED.finditer(text)
        if found[1] == language
    ]


def import_files_of(page):
    """Import the blocks of ``page`` that name a file; return the modules by name."""
    sys.modules.setdefault("project", ModuleType("project"))
    named = [block for block in blocks("python") if block.page == page and block.module]
    for block in named:
        if block.module not in sys.modules:
            sys.modules[block.module] = module = ModuleType(block.module)
            exec(block.code, vars(module))  # noqa: S102
    return {block.module: sys.modules[block.module] for block in named}
