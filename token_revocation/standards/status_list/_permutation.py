"""A keyed permutation of list indices, which hides the order of issue.

Section 13.2 requires that. Each value of a counter yields another index, without a table of used
ones.
"""

from __future__ import annotations

import hashlib
from itertools import count

ROUNDS = 8


def permute(position: int, size: int, key: str) -> int:
    """Return the index at ``position`` in the order that ``key`` determines.

    A Feistel network permutes the next even power of two, and is applied until the result is
    below ``size`` (cycle walking; Black and Rogaway, 2002).

    Raises:
        ValueError: ``position`` is not between 0 and ``size``.
    """
    if not 0 <= position < size:
        raise ValueError("The position is outside of the list.")
    half = max(1, (size - 1).bit_length() + 1 >> 1)
    for _ in count():
        position = _encrypt(position, half, key)
        if position < size:
            return position
    raise AssertionError("A permutation comes back.")  # pragma: no cover - the loop has no end


def _encrypt(value: int, half: int, key: str) -> int:
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    for number in range(ROUNDS):
        left, right = right, left ^ _round(number, right, key) & mask
    return left << half | right


def _round(number: int, value: int, key: str) -> int:
    digest = hashlib.blake2b(b"%d:%d" % (number, value), key=key.encode()[:64], digest_size=8)
    return int.from_bytes(digest.digest(), "big")
