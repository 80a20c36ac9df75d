"""Tokens that somebody found where they do not belong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Unpack

from token_revocation.models import Reason
from token_revocation.services.asking import read_many
from token_revocation.services.causes import Cause, cause_columns
from token_revocation.services.logging_out import log_out_many


@dataclass(frozen=True, kw_only=True)
class Leak:
    """What became of a list of leaked tokens: numbers, and nothing of the list."""

    given: int = 0
    """How many strings there were."""
    found: int = 0
    """How many of them are tokens of a kind in use, be they expired or revoked."""
    ended: int = 0
    """How many sessions, and tokens without one, this call ended."""

    def __add__(self, other: Leak) -> Leak:
        return Leak(
            given=self.given + other.given,
            found=self.found + other.found,
            ended=self.ended + other.ended,
        )


def revoke_leaked(
    raws: Iterable[str],
    *,
    batch_size: int = 500,
    dry_run: bool = False,
    progress: Callable[[Leak], object] = lambda so_far: None,
    using: str | None = None,
    **cause: Unpack[Cause],
) -> Leak:
    """End what ``raws`` are tokens of, as :func:`log_out` does; nothing of it is kept or logged.

    Reads ``raws`` as they come. Each batch is a transaction of its own, unless the caller has
    one, and ``progress`` is called after it with the counts so far. When the database fails, the
    batches before stay ended, and the same list can be given again. With ``dry_run`` the tokens
    are only counted. The reason is ``leaked`` unless ``cause`` has one.
    """
    cause = {"reason": Reason.LEAKED, **cause}
    cause_columns(cause)  # Raises what it raises before anything was written.
    total = Leak()
    for batch in _batches(raws, batch_size):
        tokens = read_many(batch)
        ended = 0 if dry_run else log_out_many(tokens, using=using, **cause)
        total += Leak(given=len(batch), found=len(tokens), ended=ended)
        progress(total)
    return total


def _batches(raws: Iterable[str], size: int) -> Iterator[list[str]]:
    waiting = iter(raws)
    while batch := list(islice(waiting, size)):
        yield batch
