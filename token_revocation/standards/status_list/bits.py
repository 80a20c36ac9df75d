"""The byte array of a list, and its compressed form. Sections 4.1 and 4.2."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable

SIZES = (1, 2, 4, 8)
"""How many bits a status may take."""

MAX_BYTES = 16 * 2**20
"""What a list of another party may inflate to; 2^27 tokens of one bit."""


class Invalid(ValueError):
    """Not a status list, or one that we do not want."""


def pack(indices: Iterable[int], size: int) -> bytes:
    """A list of ``size`` one-bit statuses, those at ``indices`` set. Lowest bit first."""
    packed = bytearray((size + 7) // 8)
    for index in indices:
        packed[index >> 3] |= 1 << (index & 7)
    return bytes(packed)


def status_at(packed: bytes, index: int, bits: int = 1) -> int:
    """The status at ``index``. Raises :class:`Invalid` if the list does not reach so far."""
    if index < 0 or index * bits // 8 >= len(packed):
        raise Invalid("The index is out of range.")
    return packed[index * bits // 8] >> (index * bits % 8) & (1 << bits) - 1


def compress(packed: bytes) -> str:
    """As ``lst`` has it: DEFLATE in the zlib format at the highest level, base64url, no padding."""
    return base64.urlsafe_b64encode(zlib.compress(packed, 9)).rstrip(b"=").decode()


def expand(lst: object, limit: int = MAX_BYTES) -> bytes:
    """The byte array. Raises :class:`Invalid` for what is none, or is longer than ``limit``.

    Never inflates more than ``limit``, whatever the stream promises.
    """
    if not isinstance(lst, str):
        raise Invalid("The list is not a string.")
    try:
        stream = zlib.decompressobj()
        data = base64.b64decode(lst + "=" * (-len(lst) % 4), altchars=b"-_", validate=True)
        packed = stream.decompress(data, limit + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise Invalid("The list cannot be read.") from None
    if len(packed) > limit or not stream.eof:
        raise Invalid("The list is too long, or cut off.")
    return packed
