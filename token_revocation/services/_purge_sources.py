"""Tables of other apps that a purge empties and that a status report counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from token_revocation.services._batches import BatchSizer


@dataclass(frozen=True, kw_only=True)
class PurgeSource:
    """A table with rows that expire.

    ``count`` and ``delete_batches`` get the database alias; the latter yields the number of rows
    that each batch deleted, and the purge pauses after each.
    """

    name: str
    """The plural of what a row is, for output."""
    model: Any
    count: Callable[[str], int]
    delete_batches: Callable[[str, BatchSizer], Iterator[int]]


_sources: dict[str, PurgeSource] = {}


def add_purge_source(source: PurgeSource) -> None:
    """Purge and count the rows of ``source`` too."""
    _sources[source.name] = source


def get_purge_sources() -> list[PurgeSource]:
    """Return the added sources."""
    return list(_sources.values())
