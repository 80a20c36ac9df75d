"""Search for what breaks the decoder of status lists: ``python -m tests.fuzz.status_list``.

Needs the dependency group ``fuzz``. Arguments are those of libFuzzer, such as
``-max_total_time=300``; it runs until it is interrupted, and more than 256 MiB of memory are a
finding.
"""

from __future__ import annotations

import base64
import sys
import zlib

import atheris

with atheris.instrument_imports(include=["token_revocation.standards.status_list.bits"]):
    from token_revocation.standards.status_list import bits

LIMIT = 2**20
BOMB = 2**26
"""Bytes that a short string may promise."""


def any_string(found: atheris.FuzzedDataProvider) -> str:
    return found.ConsumeUnicode(4096)


def any_bytes(found: atheris.FuzzedDataProvider) -> str:
    return encoded(found.ConsumeBytes(4096))


def any_list(found: atheris.FuzzedDataProvider) -> str:
    return encoded(zlib.compress(found.ConsumeBytes(4096)))


def damaged_list(found: atheris.FuzzedDataProvider) -> str:
    data = bytearray(zlib.compress(found.ConsumeBytes(1024)))
    place = found.ConsumeIntInRange(0, len(data) - 1)
    data[place] = found.ConsumeIntInRange(0, 255)
    return encoded(bytes(data[: found.ConsumeIntInRange(0, len(data))]))


def bomb(found: atheris.FuzzedDataProvider) -> str:
    unit = found.ConsumeBytes(64) or b"\0"
    most = BOMB if found.ConsumeIntInRange(0, 999) == 0 else 2 * LIMIT
    return encoded(zlib.compress(unit * (found.ConsumeIntInRange(0, most) // len(unit)), 1))


SHAPES = [any_string, any_bytes, any_list, damaged_list, bomb]


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(data: bytes) -> None:
    """Decode one list and look a token up: no error but ours, and nothing beyond the limit."""
    found = atheris.FuzzedDataProvider(data)
    index = found.ConsumeIntInRange(-1, 2**15)
    lst = found.PickValueInList(SHAPES)(found)
    try:
        packed = bits.expand(lst, LIMIT)
        assert len(packed) <= LIMIT
        for size in bits.SIZES:
            assert 0 <= bits.status_at(packed, index, size) < 2**size
    except bits.Invalid:
        return


if __name__ == "__main__":
    atheris.Setup([sys.argv[0], "-rss_limit_mb=256", *sys.argv[1:]], decode)
    atheris.Fuzz()
