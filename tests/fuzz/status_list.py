"""Fuzz the decoder of status lists: ``python -m tests.fuzz.status_list``.

It requires the dependency group ``fuzz``, and accepts the arguments of libFuzzer, such as
``-max_total_time=300``. By default it runs until it is interrupted. Using more than 256 MiB of
memory is a failure.
"""

from __future__ import annotations

import base64
import sys
import zlib

import atheris

with atheris.instrument_imports(include=["token_revocation.standards.status_list._bits"]):
    from token_revocation.standards.status_list import _bits

MAX_BYTES = 2**20
"""The limit that is passed to the decoder."""

MAX_BOMB_BYTES = 2**26
"""The largest decompressed size of a generated list."""


def any_string(provider: atheris.FuzzedDataProvider) -> str:
    return provider.ConsumeUnicode(4096)


def any_bytes(provider: atheris.FuzzedDataProvider) -> str:
    return encoded(provider.ConsumeBytes(4096))


def any_list(provider: atheris.FuzzedDataProvider) -> str:
    return encoded(zlib.compress(provider.ConsumeBytes(4096)))


def damaged_list(provider: atheris.FuzzedDataProvider) -> str:
    data = bytearray(zlib.compress(provider.ConsumeBytes(1024)))
    position = provider.ConsumeIntInRange(0, len(data) - 1)
    data[position] = provider.ConsumeIntInRange(0, 255)
    return encoded(bytes(data[: provider.ConsumeIntInRange(0, len(data))]))


def bomb(provider: atheris.FuzzedDataProvider) -> str:
    unit = provider.ConsumeBytes(64) or b"\0"
    size_limit = MAX_BOMB_BYTES if provider.ConsumeIntInRange(0, 999) == 0 else 2 * MAX_BYTES
    return encoded(
        zlib.compress(unit * (provider.ConsumeIntInRange(0, size_limit) // len(unit)), 1)
    )


GENERATORS = [any_string, any_bytes, any_list, damaged_list, bomb]


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(data: bytes) -> None:
    """Decode one list and look up a token: only ``InvalidStatusList`` may be raised."""
    provider = atheris.FuzzedDataProvider(data)
    index = provider.ConsumeIntInRange(-1, 2**15)
    lst = provider.PickValueInList(GENERATORS)(provider)
    try:
        packed = _bits.decompress(lst, MAX_BYTES)
        assert len(packed) <= MAX_BYTES
        for size in _bits.BITS_PER_STATUS:
            assert 0 <= _bits.status_at(packed, index, size) < 2**size
    except _bits.InvalidStatusList:
        return


if __name__ == "__main__":
    atheris.Setup([sys.argv[0], "-rss_limit_mb=256", *sys.argv[1:]], decode)
    atheris.Fuzz()
