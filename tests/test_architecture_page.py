"""The tables of files in ``docs/architecture.md``."""

from __future__ import annotations

import re

import pytest

from tests.pages import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text()
PACKAGE = ROOT / "token_revocation"
ROW = re.compile(r"^\| `([\w/]+\.py)` \| (.+) \|$", re.MULTILINE)
FOLDERS = ["services", "stores", "stores/snapshot"]


def described_files(folder):
    """Return the file names and descriptions in the table for ``folder``."""
    section = PAGE.partition(f"\n## Files of `{folder}/`\n")[2].partition("\n## ")[0]
    return ROW.findall(section)


def existing_files(folder):
    """Return the Python files below ``folder``, other than those of a folder with its own table."""
    root = PACKAGE / folder
    others = [PACKAGE / other for other in FOLDERS if other.startswith(f"{folder}/")]
    return [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if not any(path.is_relative_to(other) for other in others)
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_table_names_exactly_the_existing_files(folder):
    assert sorted(name for name, _ in described_files(folder)) == sorted(existing_files(folder))


@pytest.mark.parametrize("folder", FOLDERS)
def test_descriptions_are_short_sentences(folder):
    texts = [text for _, text in described_files(folder)]
    assert [text for text in texts if len(text) > 80 or not text.endswith(".")] == []
