"""Sizes of status lists: ``python -m benchmarks.status_list``.

It builds the lists of many sessions, of which a random part is revoked, as they are served.
"""

from __future__ import annotations

import base64
import gzip
import random
from argparse import ArgumentParser
from collections.abc import Iterator
from math import ceil, log2

from token_revocation.standards.status_list._bits import compress, pack

LIST_SIZE = 2**20
"""``LIST_SIZE`` of the allocation, which needs a project to import."""

CASES = [(1_000_000, 0.01), (1_000_000, 0.001), (100_000_000, 0.01), (100_000_000, 0.001)]


def main() -> None:
    parser = ArgumentParser("python -m benchmarks.status_list")
    parser.add_argument("--seed", type=int, default=1)
    random.seed(parser.parse_args().seed)
    print(
        "| sessions | revoked | lists | on the wire | each | minimum |\n|---|---|---|---|---|---|"
    )
    for sessions, revoked in CASES:
        print(row(sessions, revoked), flush=True)


def row(sessions: int, revoked: float) -> str:
    """Return the row of the table for these sessions."""
    sizes = [*wire_sizes(sessions, revoked)]
    each, minimum = max(sizes) / 1000, entropy(revoked) * sessions / 8000
    return (
        f"| {sessions:,} | {revoked:.1%} | {len(sizes)} | {sum(sizes) / 1000:,.1f} KB "
        f"| {each:.1f} KB | {minimum:,.1f} KB |"
    )


def wire_sizes(sessions: int, revoked: float) -> Iterator[int]:
    """Yield the bytes of the response of each list."""
    for number in range(ceil(sessions / LIST_SIZE)):
        used = min(LIST_SIZE, sessions - number * LIST_SIZE)
        indices = random.sample(range(LIST_SIZE), round(used * revoked))
        yield wire_size(compress(pack(indices, LIST_SIZE)))


def wire_size(lst: str) -> int:
    """Return the bytes of a list after ``gzip_page``: a token encodes ``lst`` once more."""
    claims = base64.urlsafe_b64encode(b'{"status_list":{"bits":1,"lst":"%b"}}' % lst.encode())
    return len(gzip.compress(claims, 6))


def entropy(part: float) -> float:
    """Return the bits of information of a status that is set with this probability."""
    return -part * log2(part) - (1 - part) * log2(1 - part)


if __name__ == "__main__":
    main()
