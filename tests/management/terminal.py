"""Where somebody watches, and types."""

from __future__ import annotations

from io import StringIO


class Terminal(StringIO):
    """A stream that says so."""

    def isatty(self):
        return True
