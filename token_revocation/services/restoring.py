"""Take a revocation back, or clear away what is none any more."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import QuerySet

from token_revocation.models import Revocation
from token_revocation.services.purging import purge_horizon
from token_revocation.services.transactions import announce, writing
from token_revocation.signals import revocation_deleted


def is_needed(revocation: Revocation) -> bool:
    """Whether some token may still be refused by it alone, so that no purge would delete it."""
    return revocation.expires_at is None or revocation.expires_at >= purge_horizon()


def restore(revocation: Any, *, using: str | None = None, restored_by: Any = None) -> bool:
    """Delete one row of either table: what it alone refused is accepted again, at once.

    A token that its package has deleted stays gone. ``True`` if this call deleted the row.
    """
    with writing(using) as alias:
        rows = type(revocation).objects.using(alias).filter(pk=revocation.pk)
        deleted = bool(rows.delete()[0])
        if deleted:
            tell = partial(_tell_deleted, revocation, restored_by, alias)
            announce([revocation.key], tell, using=alias)
    return deleted


def delete_expired(rows: QuerySet[Any]) -> int:
    """Delete those of ``rows`` that no token needs any more; how many that were."""
    with writing(None) as alias:
        expired = rows.using(alias).filter(expires_at__lt=purge_horizon())
        deleted: int = expired.order_by().delete()[0]
    return deleted


def _tell_deleted(revocation: Any, restored_by: Any, using: str) -> None:
    told = {"revocation": revocation, "restored_by": restored_by, "using": using}
    revocation_deleted.send_robust(type(revocation), **told)
