"""Deletion of status lists whose tokens have expired (section 12)."""

from __future__ import annotations

from token_revocation.services import purge_horizon
from token_revocation.services._transactions import database_errors
from token_revocation.standards.status_list.models import ListedToken, StatusList

BATCH_SIZE = 5000


def delete_expired_lists(*, using: str | None = None) -> int:
    """Delete status lists that expired before the purge horizon.

    Returns:
        The number of lists deleted.

    Raises:
        RevocationUnavailable: The database failed.
    """
    horizon = purge_horizon()
    # In batches, tokens first: it can be interrupted at any point and run concurrently.
    with database_errors(using) as alias:
        tokens = ListedToken.objects.using(alias).filter(status_list__expires_at__lt=horizon)
        while batch := list(tokens.values_list("pk", flat=True)[:BATCH_SIZE]):
            ListedToken.objects.using(alias).filter(pk__in=batch).delete()
        lists = StatusList.objects.using(alias).filter(expires_at__lt=horizon)
        return lists.delete()[0]
