"""Whether a list may say anything new, without asking what it says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from django.db import Error
from django.db.models import Subquery

from token_revocation.models import Bookkeeping, RevokedToken, TokenCutoff
from token_revocation.services.transactions import reading
from token_revocation.standards.status_list.models import StatusList
from token_revocation.stores.snapshot.numbering import number

State = tuple[int, int | None]
"""How many places are taken, and the last number that was given to a revocation."""


def state_of(status_list: StatusList) -> State | None:
    """The same as before if since then no token was placed and no revocation was committed.

    ``None`` if nobody can tell. One small query, and the numbering of what is new: revocations
    get their numbers after the commit (:mod:`token_revocation.stores.snapshot.numbering`). Of a
    revocation that was deleted the numbers say nothing. Raises
    :class:`~token_revocation.exceptions.RevocationUnavailable`.
    """
    with reading(None) as using:
        lists = StatusList.objects.using(using).filter(pk=status_list.pk)
        used, revision, *new = lists.values_list("used", _revision(), *_new()).get()
        if new == [None, None]:
            return used, revision
        with suppress(Error):  # The next who looks will; until then the list is read as a whole.
            number(using)
    return None


def _revision() -> Subquery:
    return Subquery(Bookkeeping.objects.values("revision")[:1])


def _new() -> Iterator[Subquery]:
    """A row of each table that has no number."""
    for table in (RevokedToken, TokenCutoff):
        yield Subquery(table.objects.unnumbered().values("pk")[:1])
