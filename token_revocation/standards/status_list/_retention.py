"""Deletion of status lists whose tokens have expired (section 12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from token_revocation.adapters import get_adapters
from token_revocation.clock import now
from token_revocation.services import purge_horizon
from token_revocation.services._transactions import database_errors
from token_revocation.standards.status_list._allocation import EXPIRY_WINDOW
from token_revocation.standards.status_list._builder import stored_revocations
from token_revocation.standards.status_list._session_places import SESSIONS_APP
from token_revocation.standards.status_list.models import ListedToken, StatusList
from token_revocation.tokens import FOR_EVER

BATCH_SIZE = 5000


def delete_expired_lists(*, using: str | None = None) -> int:
    """Delete status lists that expired before the purge horizon.

    A list with indices of sessions that were refreshed is kept until they have expired.

    Returns:
        The number of lists deleted.

    Raises:
        RevocationUnavailable: The database failed.
    """
    horizon = purge_horizon()
    with database_errors(using) as alias:
        expired = StatusList.objects.using(alias).filter(expires_at__lt=horizon)
        return sum(_delete_list(each, horizon, alias) for each in list(expired))


def _delete_list(status_list: StatusList, horizon: datetime, using: str) -> bool:
    """Delete the expired tokens, and the list if none is left; otherwise postpone its expiry."""
    # In batches, tokens first: it can be interrupted at any point and run concurrently.
    listed = ListedToken.objects.using(using).filter(status_list=status_list)
    revoked = stored_revocations(status_list, using) if apps.is_installed(SESSIONS_APP) else set()
    for batch in _iterate_batches(_filter_expired(listed, horizon)):
        # The row of a session is deleted with its user, but its last tokens may not have expired.
        # Their revocation is stored until they have.
        expired = [pk for pk, index in batch if index not in revoked]
        listed.filter(pk__in=expired).delete()
    lists = StatusList.objects.using(using).filter(pk=status_list.pk)
    if listed.exists():
        lists.update(expires_at=now() + EXPIRY_WINDOW)
        return False
    return lists.delete()[0] > 0


def _iterate_batches(listed: QuerySet[ListedToken]) -> Iterator[list[tuple[int, int]]]:
    """Yield the primary keys and indices of ``listed`` in batches, which the caller may delete."""
    rows = listed.order_by("pk").values_list("pk", "index")
    batch = list(rows[:BATCH_SIZE])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1][0])[:BATCH_SIZE])


def _filter_expired(listed: QuerySet[ListedToken], horizon: datetime) -> QuerySet[ListedToken]:
    """Return the rows of tokens that have expired, and of sessions without a later token."""
    if not apps.is_installed(SESSIONS_APP):
        return listed
    # An access token may be issued just before its refresh token expires.
    since = horizon - _longest_lifetime()
    return listed.filter(~Exists(_sessions_since(since)), expires_at__lt=horizon)


def _sessions_since(time: datetime) -> QuerySet[Any]:
    """Return the session of the outer row, unless it expired before ``time``."""
    # Models of an app that may not be installed.
    from token_revocation.sessions.models import TokenSession

    unexpired = Q(expires_at=None) | Q(expires_at__gte=time)
    return TokenSession.objects.filter(unexpired, pk=OuterRef("key"))


def _longest_lifetime() -> timedelta:
    """Return the longest lifetime of tokens that can be in a list."""
    lifetimes = (each.lifetime for each in get_adapters().values() if not each.is_stored)
    return max((each for each in lifetimes if each and each < FOR_EVER), default=EXPIRY_WINDOW)
