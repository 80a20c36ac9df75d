"""Purge a little after each revocation, so that the tables stay bounded without a schedule."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.db import connections, transaction

from token_revocation.conf import settings
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services.purging import purge_horizon
from token_revocation.services.transactions import reading

MOST = 1000
"""Rows of a table that one revocation deletes at most, for it answers a request."""


def purge_later(written: int, using: str) -> None:
    """Once what was ``written`` is committed, delete expired rows, ``PURGE_ON_REVOKE`` for each.

    Should that fail it is logged, and the next revocation will try.
    """
    number = min(written * settings.PURGE_ON_REVOKE, MOST)
    if number:
        transaction.on_commit(lambda: _purge(number, using), using=using, robust=True)


def _purge(number: int, using: str) -> None:
    with suppress(RevocationUnavailable), reading(using):  # Which has logged it.
        for table in (RevokedToken, TokenCutoff):
            _delete(table.objects.using(using).purgeable(purge_horizon()), number)


def _delete(expired: Any, number: int) -> None:
    """The oldest of them, but for those that somebody else is deleting: nobody waits."""
    skip = connections[expired.db].features.has_select_for_update_skip_locked
    with transaction.atomic(using=expired.db):
        oldest = expired.select_for_update(skip_locked=skip).values_list("pk", flat=True)
        pks = list(oldest[:number])
        if pks:
            expired.order_by().filter(pk__in=pks).delete()
