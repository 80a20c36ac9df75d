"""One file per package that issues tokens; settings name the ones in use, nothing is discovered."""

from __future__ import annotations
