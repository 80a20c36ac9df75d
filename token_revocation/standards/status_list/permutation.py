"""Indices that nobody can put in order: a counter, pushed through a keyed permutation.

Every index is used once without a table of those in use. Section 13.2 asks for indices that do
not tell when a token was issued.
"""

from __future__ import annotations

import hashlib
from itertools import count

ROUNDS = 8


def permute(position: int, size: int, key: str) -> int:
    """The ``position``-th index of a list of ``size``, in the order of ``key``.

    A Feistel network over the next even power of two, walked until it lands inside: a
    permutation of a smaller set by one of a larger (Black and Rogaway, 2002).
    """
    if not 0 <= position < size:
        raise ValueError("The position lies outside of the list.")
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
