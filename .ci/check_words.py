"""Report phrases that are hard to read: ``check_words.py [PATH…]``.

The exit status is 1 if there are any.

CONTRIBUTING.md and docs/glossary.md have the terms to use instead. End a line that must quote such
a phrase with ``words: ok``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

DEFAULT_PATHS = ("token_revocation", "docs", "README.md", "CHANGELOG.md")
SUFFIXES = {".py", ".md", ".html", ".js", ".po"}

PHRASES = re.compile(
    r"\b(nobody|somebody|whoever|no one can say|be it|in the place of|is none of|none of ours"
    r"|of ours|who (presents|asks|inserts|waits|may see|pastes|deploys|listens)"
    r"|the verbs?|doors?|what is no(?! longer)|as it comes|hears? of it|from the commit on)\b",
    re.IGNORECASE,
)
QUOTED = "words: ok"


def files(path: Path) -> Iterator[Path]:
    """Yield ``path`` or the files below it, as far as people read them."""
    found = [path] if path.is_file() else sorted(path.rglob("*"))
    yield from (file for file in found if file.suffix in SUFFIXES)


def findings(file: Path) -> Iterator[str]:
    """Yield a line for each phrase in ``file``.

    In a catalog, only the English text counts.
    """
    for number, line in enumerate(file.read_text().splitlines(), 1):
        is_translation = file.suffix == ".po" and not line.startswith("msgid")
        phrase = PHRASES.search(line)
        if phrase and not is_translation and not line.endswith(QUOTED):
            yield f"{file}:{number}: {phrase[0]!r}"


if __name__ == "__main__":
    paths = map(Path, sys.argv[1:] or DEFAULT_PATHS)
    reported = [finding for path in paths for file in files(path) for finding in findings(file)]
    print(*reported, sep="\n")
    sys.exit(bool(reported))
