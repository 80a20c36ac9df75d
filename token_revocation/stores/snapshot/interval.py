"""What can be wrong with the time between two looks at the database."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

from django.core.checks import CheckMessage, Error


def check_interval(every: Any) -> Iterator[CheckMessage]:
    """A time that is none."""
    if not isinstance(every, int | float) or not 0 < every < inf:
        yield Error(
            f"refresh_every in STORE_OPTIONS of TOKEN_REVOCATION is {every!r}.",
            hint="Give a number of seconds above zero.",
            id="token_revocation.E012",
        )
