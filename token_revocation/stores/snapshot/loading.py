"""A snapshot of the two tables: complete when it is loaded, and carried on by what changed."""

from __future__ import annotations

from collections.abc import Callable

from token_revocation.stores.snapshot import rows
from token_revocation.stores.snapshot.elapsed import elapsed
from token_revocation.stores.snapshot.moments import Moments, short, ticks
from token_revocation.stores.snapshot.numbering import BATCH, last_revision, number
from token_revocation.stores.snapshot.rows import Behind
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, TokenRef

FEW = 100
"""How many rows may wait for a revision: they are read every time, which costs next to nothing."""


class Snapshot:
    """Everything that was committed before the moment :attr:`began`, and more.

    It may hold what is gone, or take a token for another. So it says who need not be asked
    about, and the database has the last word on everybody else.
    """

    def __init__(self, *, expected: int, revision: int) -> None:
        self.moments = Moments(expected)
        self.revision = revision
        self.began = float("-inf")

    def may_end(self, token: TokenRef) -> bool:
        """Whether the database may know a reason to refuse ``token``; if not, it knows none."""
        latest = max([self.moments.latest(short(key)) for key in token.keys])
        return latest > 0 and latest >= ticks(token.issued_at or BEFORE_ALL_CUTOFFS)

    def put(self, entries: rows.Entries) -> None:
        """Add entries; :class:`Behind` if the place that was set aside is used up."""
        if self.moments.is_crowded:
            raise Behind
        self.moments.put(entries)


def load(using: str, meanwhile: Callable[[], object] = lambda: None) -> Snapshot:
    """A snapshot of everything; calls ``meanwhile`` every few milliseconds.

    Raises :class:`Behind` if rows without a revision come faster than they get one.
    """
    _number_backlog(using)
    revision = last_revision(using)  # First: what is committed from now on is read as a change.
    snapshot = Snapshot(expected=rows.count(using), revision=revision)
    for entries in rows.everything(using):
        snapshot.put(entries)
        meanwhile()
    catch_up(snapshot, using)
    return snapshot


def catch_up(snapshot: Snapshot, using: str) -> int:
    """Add what was committed since; the number of rows that wait for a revision.

    Rows without a revision are read first: one that gets its revision meanwhile is then among
    those read last. In the other order it could be in neither.
    """
    began = elapsed()
    waiting = rows.unnumbered(using)
    revision = last_revision(using)
    if revision < snapshot.revision:
        raise Behind  # The database is another one, or was restored.
    snapshot.put(waiting)
    for entries in rows.numbered(using, snapshot.revision, revision):
        snapshot.put(entries)
    snapshot.revision, snapshot.began = revision, began
    return len(waiting)


def number_some(using: str, waiting: int) -> None:
    """Give revisions if many rows wait for one, unless somebody else does."""
    if waiting > FEW:
        for _ in range(0, waiting, BATCH):
            number(using)


def _number_backlog(using: str) -> None:
    """Give revisions until few rows are left without."""
    try:
        rows.unnumbered(using)
    except Behind:
        while (numbered := number(using)) == BATCH:
            pass
        if numbered is None:
            raise
