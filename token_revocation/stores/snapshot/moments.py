"""A moment for each of a million keys, without a Python object for any of them."""

from __future__ import annotations

import sys
import uuid
from array import array
from collections.abc import Iterable
from datetime import datetime, timedelta

from token_revocation.tokens import BEFORE_ALL_CUTOFFS

TICK = timedelta(microseconds=256)
MOMENT_BITS = 44
FOREVER = (1 << MOMENT_BITS) - 1
TAG = (1 << 64 - MOMENT_BITS) - 1
FEWEST_SLOTS = 1 << 17


def ticks(moment: datetime) -> int:
    """``moment`` in units of 256 µs, from 1 to :data:`FOREVER`; never in another order."""
    return min(max((moment - BEFORE_ALL_CUTOFFS) // TICK, 1), FOREVER)


def short(key: uuid.UUID) -> int:
    """64 bits of ``key``; none of those that are the same in every UUID."""
    return key.int >> 96 << 32 | key.int & 0xFFFF_FFFF


def short_of_text(key: str) -> int:
    """The same for a key that is spelt in hexadecimal, with or without hyphens."""
    return int(key[:8] + key[-8:], 16)


class Moments:
    """The latest moment of each key: a hash table with open addresses, eight bytes a slot.

    A slot holds 20 bits of the key, whose other bits decided where to look for it, and 44 of
    the moment. A key that was never put may be taken for another (five in a million are), so an
    answer may be too late a moment, never too early a one. Keys are digests: no hash function
    is needed to spread them. One thread may write while others read.
    """

    def __init__(self, expected: int) -> None:
        self._size = max(FEWEST_SLOTS, expected * 7 // 4)
        self._slots = array("Q", (0,)) * self._size
        self._used = 0

    def __len__(self) -> int:
        return self._used

    @property
    def is_crowded(self) -> bool:
        """Whether it has so many keys that looking for one takes long."""
        return self._used * 4 > self._size * 3

    @property
    def memory(self) -> int:
        """In bytes."""
        return sys.getsizeof(self._slots)

    def put(self, entries: Iterable[tuple[int, int]]) -> None:
        """Keep the later moment of each key. Fewer than a quarter of its slots at once."""
        for key, moment in entries:
            slot = self._find(key)
            if not self._slots[slot]:
                self._used += 1
            # In one step, so that who reads meanwhile sees the old moment or the new one.
            self._slots[slot] = max(self._slots[slot], (key & TAG) << MOMENT_BITS | moment)

    def latest(self, key: int) -> int:
        """The moment of ``key``, in ticks; 0 if it has none."""
        return self._slots[self._find(key)] & FOREVER

    def _find(self, key: int) -> int:
        """The slot of ``key``, or the empty one where it would go."""
        slots, tag = self._slots, key & TAG
        slot = key * self._size >> 64
        while (found := slots[slot]) and found >> MOMENT_BITS != tag:
            slot = slot + 1 if slot + 1 < self._size else 0
        return slot
