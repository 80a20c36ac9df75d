"""The format of tokens that clients present."""

from __future__ import annotations

import re

MAX_RAW_LENGTH = 8192
"""The longest token that is parsed, in characters."""

# The credentials of an Authorization header: RFC 9110, section 5.5.
_PRESENTABLE = re.compile(r"[\x21-\x7e]+")


def is_presentable(raw: str) -> bool:
    """Return whether ``raw`` can be a token, and may be given to a parser or database.

    Args:
        raw: The string that a client presented.

    Returns:
        Whether it consists of visible ASCII, and of at most :data:`MAX_RAW_LENGTH` characters.
    """
    return len(raw) <= MAX_RAW_LENGTH and _PRESENTABLE.fullmatch(raw) is not None
