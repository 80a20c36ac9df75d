"""A fake terminal."""

from __future__ import annotations

from io import StringIO


class Terminal(StringIO):
    """A stream that is a terminal."""

    def isatty(self):
        return True
