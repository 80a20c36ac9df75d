"""Deletion of revocations: to restore a token, or because they have expired."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import router
from django.db.models import QuerySet

from token_revocation.models import Revocation
from token_revocation.services._expired_revocations import delete_expired_rows, is_deletable
from token_revocation.services._notifications import notify_on_commit
from token_revocation.services._purge_bounds import PurgeBounds, purge_horizon
from token_revocation.services._transactions import (
    atomic_write,
    retry_on_deadlock,
)
from token_revocation.signals import revocation_deleted
from token_revocation.stores.snapshot._revisions import begin_revision


def is_in_force(revocation: Revocation) -> bool:
    """Return whether a token may still be rejected because of ``revocation`` alone.

    A purge deletes a revocation that is not in force.

    Args:
        revocation: A ``RevokedToken`` or a ``TokenCutoff``.
    """
    if revocation.expires_at is None or revocation.expires_at >= purge_horizon():
        return True
    using = revocation._state.db or router.db_for_write(type(revocation))
    return not is_deletable(revocation, PurgeBounds(using))


@retry_on_deadlock
def restore(revocation: Any, *, using: str | None = None, restored_by: Any = None) -> bool:
    """Delete ``revocation``, so that tokens it alone rejected are accepted again.

    A stored token that was deleted when it was revoked is not created again.

    Args:
        revocation: A ``RevokedToken`` or a ``TokenCutoff``.
        restored_by: The user who requested it, for the signal and the security log.

    Returns:
        Whether this call deleted the row.

    Raises:
        RevocationUnavailable: The database failed.
    """
    with atomic_write(using) as alias:
        # Otherwise a backup restored from an earlier time could have the same revision, and
        # snapshots would not notice.
        begin_revision(alias)
        rows = type(revocation).objects.using(alias).filter(pk=revocation.pk)
        is_deleted = bool(rows.delete()[0])
        if is_deleted:
            send_signal = partial(_send_signal, revocation, restored_by, alias)
            not_before = getattr(revocation, "not_before", None)  # Only cutoffs have one.
            notify_on_commit([revocation.key], send_signal, using=alias, not_before=not_before)
    return is_deleted


@retry_on_deadlock
def delete_expired(rows: QuerySet[Any]) -> int:
    """Delete those of ``rows`` that have expired and that no token needs.

    Args:
        rows: A queryset of ``RevokedToken`` or of ``TokenCutoff``.

    Returns:
        The number of deleted rows.

    Raises:
        RevocationUnavailable: The database failed.
    """
    with atomic_write(None) as alias:
        expired = rows.using(alias).filter(expires_at__lt=purge_horizon())
        return delete_expired_rows(expired, PurgeBounds(alias))


def _send_signal(revocation: Any, restored_by: Any, using: str) -> None:
    revocation_deleted.send_robust(
        type(revocation), revocation=revocation, restored_by=restored_by, using=using
    )
