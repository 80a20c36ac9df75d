"""The byte array of a status list and its compressed form (sections 4.1 and 4.2)."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable

BITS_PER_STATUS = (1, 2, 4, 8)
"""Allowed values of ``bits``, the bits per status."""

MAX_BYTES = 16 * 2**20
"""Maximum decompressed size of a list: 2^27 statuses of one bit."""


class InvalidStatusList(ValueError):
    """The status list or the reference to it is malformed, too large or not trusted."""


def pack(indices: Iterable[int], size: int) -> bytes:
    """Return ``size`` one-bit statuses, lowest bit first; those at ``indices`` are 1."""
    packed = bytearray((size + 7) // 8)
    for index in indices:
        packed[index >> 3] |= 1 << (index & 7)
    return bytes(packed)


def status_at(packed: bytes, index: int, bits: int = 1) -> int:
    """Return the status at ``index``.

    Raises:
        InvalidStatusList: The index is out of range.
    """
    if index < 0 or index * bits // 8 >= len(packed):
        raise InvalidStatusList("The index is out of range.")
    return packed[index * bits // 8] >> (index * bits % 8) & (1 << bits) - 1


def compress(packed: bytes) -> str:
    """Return ``packed`` as ``lst``: zlib at level 9, base64url without padding."""
    return base64.urlsafe_b64encode(zlib.compress(packed, 9)).rstrip(b"=").decode()


def decompress(lst: object, limit: int = MAX_BYTES) -> bytes:
    """Return the byte array of ``lst``; decompress at most ``limit`` bytes.

    Raises:
        InvalidStatusList: It is malformed, or longer than ``limit``.
    """
    if not isinstance(lst, str):
        raise InvalidStatusList("The list is not a string.")
    try:
        stream = zlib.decompressobj()
        data = base64.b64decode(lst + "=" * (-len(lst) % 4), altchars=b"-_", validate=True)
        packed = stream.decompress(data, limit + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise InvalidStatusList("The list cannot be decoded.") from None
    if len(packed) > limit or not stream.eof:
        raise InvalidStatusList("The list is too long or truncated.")
    return packed
