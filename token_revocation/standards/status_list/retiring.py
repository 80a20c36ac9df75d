"""Delete the lists that no token points to any more. Section 12."""

from __future__ import annotations

from token_revocation.services import purge_horizon
from token_revocation.services.transactions import reading
from token_revocation.standards.status_list.models import ListedToken, StatusList

BATCH = 5000


def retire(*, using: str | None = None) -> int:
    """Delete what expired before :func:`~token_revocation.services.purge_horizon`.

    The number of lists deleted. Short statements, the tokens of a list before the list, so that it
    can be interrupted anywhere and run twice side by side.
    """
    horizon = purge_horizon()
    with reading(using) as alias:
        tokens = ListedToken.objects.using(alias).filter(status_list__expires_at__lt=horizon)
        while batch := list(tokens.values_list("pk", flat=True)[:BATCH]):
            ListedToken.objects.using(alias).filter(pk__in=batch).delete()
        lists = StatusList.objects.using(alias).filter(expires_at__lt=horizon)
        return lists.delete()[0]
