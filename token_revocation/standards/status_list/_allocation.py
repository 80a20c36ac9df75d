"""Allocation of status list indices to tokens (sections 6.2 and 13.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import F

from token_revocation.services._transactions import atomic_write, retry_on_deadlock
from token_revocation.standards._absolute_urls import absolute_url
from token_revocation.standards.status_list._permutation import permute
from token_revocation.standards.status_list.models import ListedToken, StatusList
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, TokenRef, name_key

LIST_SIZE = 2**20
"""Indices per list. Long lists hide which token a reader is interested in (section 12.1)."""

EXPIRY_WINDOW = timedelta(days=1)
"""Tokens that expire in the same window share a list."""


@retry_on_deadlock
def status_claim(token: TokenRef) -> dict[str, Any]:
    """Allocate an index to ``token`` and return its claim ``status``.

    Raises:
        RevocationUnavailable: The index could not be stored.
        ValueError: The token never expires, so its list could never be deleted.
    """
    with atomic_write(None) as using:
        return allocate(token, token.key, using)


def allocate(token: TokenRef, key: UUID, using: str) -> dict[str, Any]:
    """Allocate an index and store it as ``key``, in a transaction of the caller."""
    if token.expires_at is None:
        raise ValueError("A token in a status list must expire.")
    status_list, index = _reserve_index(token.expires_at, using)
    columns = {**_lookup_columns(token), "key": key}
    ListedToken.objects.using(using).create(status_list=status_list, index=index, **columns)
    return {"status_list": {"idx": index, "uri": list_uri(status_list)}}


@retry_on_deadlock
def update_listing(previous: UUID, key: UUID, token: TokenRef) -> None:
    """Give the index of the key ``previous`` to ``token``, the same token with further claims.

    Raises:
        RevocationUnavailable: The database failed.
    """
    columns = {**_lookup_columns(token), "key": key}
    with atomic_write(None) as using:
        ListedToken.objects.using(using).filter(key=previous).update(**columns)


def list_uri(status_list: StatusList) -> str:
    """Return the URL of ``status_list``."""
    return absolute_url("token_revocation_status_list:list", list_id=status_list.pk)


def _reserve_index(expires_at: datetime, using: str) -> tuple[StatusList, int]:
    """Return a list for tokens that expire at that time, and an unused index in it."""
    window = int(expires_at.timestamp() // EXPIRY_WINDOW.total_seconds())
    lists = StatusList.objects.using(using)
    full: list[UUID] = []
    while True:
        list_id = _find_or_create_list(window, full, using)
        # One UPDATE, which locks the row until the commit. A comparison with a value read before
        # would fail forever under REPEATABLE READ, where that value never changes.
        if lists.filter(pk=list_id, used__lt=F("size")).update(used=F("used") + 1):
            status_list = lists.get(pk=list_id)
            index = permute(status_list.used - 1, status_list.size, status_list.order_key)
            return status_list, index
        full.append(list_id)


def _find_or_create_list(window: int, full: list[UUID], using: str) -> UUID:
    """Return the id of a list with unused indices, shared by concurrent calls."""
    existing = StatusList.objects.using(using).filter(window=window)
    not_full = existing.filter(used__lt=F("size")).exclude(pk__in=full).order_by("pk")
    list_id: UUID | None = not_full.values_list("pk", flat=True).first()
    return list_id or _create_list(window, max(existing.count(), len(full)), using)


def _create_list(window: int, number: int, using: str) -> UUID:
    """Create a list unless it exists; its id derives from ``window`` and ``number``."""
    end = datetime.fromtimestamp((window + 1) * EXPIRY_WINDOW.total_seconds(), UTC)
    list_id = name_key("status list", str(window), str(number))
    status_list = StatusList(pk=list_id, size=LIST_SIZE, window=window, expires_at=end)
    # Not ignore_conflicts: InnoDB would keep a shared lock on the row, and two transactions with
    # such a lock deadlock when each updates the row.
    has_target = connections[using].features.supports_update_conflicts_with_target
    StatusList.objects.using(using).bulk_create(
        [status_list],
        update_conflicts=True,
        update_fields=["window"],
        unique_fields=["id"] if has_target else None,
    )
    return list_id


def subject_columns(token: TokenRef) -> dict[str, UUID | None]:
    """Return the columns with the keys of the subjects of ``token``."""
    subjects = {kind: token.subject(kind) for kind in ("user", "session", "client")}
    return {f"{kind}_key": each.key if each else None for kind, each in subjects.items()}


def _lookup_columns(token: TokenRef) -> dict[str, Any]:
    """Return the columns by which revocations and cutoffs find ``token``."""
    return {
        "key": token.key,
        "issued_at": token.issued_at or BEFORE_ALL_CUTOFFS,
        "minted_at": token.minted_at or BEFORE_ALL_CUTOFFS,
        "expires_at": token.expires_at,
        **subject_columns(token),
    }
