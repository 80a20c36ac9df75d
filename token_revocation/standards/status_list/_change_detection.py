"""Detection of changes to a status list, without reading the whole list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from django.db import Error
from django.db.models import Subquery

from token_revocation.models import RevocationState, RevokedToken, TokenCutoff
from token_revocation.services._transactions import database_errors
from token_revocation.standards.status_list.models import StatusList
from token_revocation.stores.snapshot._revisions import assign_revision

ListState = tuple[int, str | None]
"""The number of used indices, and the lineage of the latest revisions."""


def read_state(status_list: StatusList) -> ListState | None:
    """Return a value that changes when a token is listed or a revocation is committed.

    ``None`` if there are new revocations without a revision, in which case the list must be read.
    Deletions by other code do not change the value.

    Raises:
        RevocationUnavailable: The database failed.
    """
    with database_errors(None) as using:
        lists = StatusList.objects.using(using).filter(pk=status_list.pk)
        used, lineage, *unnumbered = lists.values_list("used", _lineage(), *_unnumbered()).get()
        if unnumbered == [None, None]:
            return used, lineage
        # Revocations get their revision after the commit. If that fails, a later call tries again.
        with suppress(Error):
            assign_revision(using)
    return None


def _lineage() -> Subquery:
    return Subquery(RevocationState.objects.values("lineage")[:1])


def _unnumbered() -> Iterator[Subquery]:
    """Yield for each table a subquery that finds a row without a revision."""
    for table in (RevokedToken, TokenCutoff):
        yield Subquery(table.objects.unnumbered().values("pk")[:1])
