"""A compact map from keys to timestamps, which holds millions of entries."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from datetime import datetime, timedelta

from token_revocation.tokens import BEFORE_ALL_CUTOFFS

TICK = timedelta(microseconds=256)
TIMESTAMP_BITS = 44
FOREVER = (1 << TIMESTAMP_BITS) - 1
"""The largest timestamp, later than every token."""

TAG_MASK = (1 << 64 - TIMESTAMP_BITS) - 1
MIN_SLOTS = 1 << 17


def to_ticks(time: datetime) -> int:
    """Convert ``time`` to units of 256 µs, from 1 to :data:`FOREVER`.

    The order of times is kept.
    """
    return min(max((time - BEFORE_ALL_CUTOFFS) // TICK, 1), FOREVER)


def short_key_from_hex(key: str) -> int:
    """Return the short key of a UUID in hexadecimal, with or without hyphens.

    It has 64 bits without the constant ones of a UUID, as those of :attr:`TokenRef.short_keys`.
    """
    return int(key[:8] + key[-8:], 16)


class TimestampMap:
    """The latest timestamp of each key: a hash table with 8 bytes per slot.

    A slot stores 20 bits of the key, whose other bits decide its position, and 44 bits of the
    timestamp. An unknown key can be mistaken for another (about 5 in a million). So a result may
    be too late, but never too early. Keys are digests and need no hash function. One thread may
    write while others read.
    """

    def __init__(self, expected: int) -> None:
        self._size = max(MIN_SLOTS, expected * 7 // 4)
        self._slots = array("Q", (0,)) * self._size
        self._used = 0

    def __len__(self) -> int:
        return self._used

    @property
    def is_full(self) -> bool:
        """Whether the load factor exceeds 3/4, which makes lookups slow."""
        return self._used * 4 > self._size * 3

    @property
    def memory_bytes(self) -> int:
        """The size of the table in bytes."""
        return sys.getsizeof(self._slots)

    def update(self, entries: Iterable[tuple[int, int]]) -> None:
        """Store the later timestamp of each key.

        There must be fewer entries than a quarter of the slots.
        """
        for key, ticks in entries:
            slot = self._find(key)
            if not self._slots[slot]:
                self._used += 1
            # One assignment, so concurrent readers see the old or the new timestamp.
            self._slots[slot] = max(self._slots[slot], (key & TAG_MASK) << TIMESTAMP_BITS | ticks)

    def get(self, key: int) -> int:
        """Return the timestamp of ``key`` in ticks, or 0."""
        return self._slots[self._find(key)] & FOREVER

    def get_latest(self, keys: Iterable[int]) -> int:
        """Return the latest timestamp of ``keys`` in ticks, or 0."""
        slots, size, latest = self._slots, self._size, 0
        for key in keys:
            if slots[key * size >> 64]:  # Most keys are unknown, and their slots empty.
                latest = max(latest, self.get(key))
        return latest

    def _find(self, key: int) -> int:
        """Return the slot of ``key``, or the empty slot for it."""
        slots, tag = self._slots, key & TAG_MASK
        slot = key * self._size >> 64
        while (found := slots[slot]) and found >> TIMESTAMP_BITS != tag:
            slot = slot + 1 if slot + 1 < self._size else 0
        return slot
