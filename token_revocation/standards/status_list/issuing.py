"""Give a token its place in a list. Section 6.2."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import F

from token_revocation.services.transactions import writing
from token_revocation.standards.addresses import address_of
from token_revocation.standards.status_list.models import ListedToken, StatusList
from token_revocation.standards.status_list.permutation import permute
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, TokenRef, name_key

SIZE = 2**20
"""Places in a list: few lists keep any one of them common to many (section 12.1)."""

WINDOW = timedelta(days=1)
"""Tokens whose expiry falls into the same day share a list."""


def status_claim(token: TokenRef) -> dict[str, Any]:
    """The claim ``status`` for a token about to be issued; its place is taken for good.

    Raises :class:`~token_revocation.exceptions.RevocationUnavailable` if it cannot be stored,
    and :class:`ValueError` for a token that never expires: its list could not retire.
    """
    if token.expires_at is None:
        raise ValueError("A token in a status list has to expire.")
    with writing(None) as using:
        found, index = _take_place(token.expires_at, using)
        places = ListedToken.objects.using(using)
        places.create(status_list=found, index=index, **_facts(token))
    return {"status_list": {"idx": index, "uri": list_uri(found)}}


def describe_again(before: TokenRef, token: TokenRef) -> None:
    """The place that ``before`` took is that of ``token``, as more is known of it now.

    Raises :class:`~token_revocation.exceptions.RevocationUnavailable`.
    """
    with writing(None) as using:
        ListedToken.objects.using(using).filter(key=before.key).update(**_facts(token))


def list_uri(status_list: StatusList) -> str:
    """The address of the list."""
    return address_of("token_revocation_status_list:list", status_list.pk)


def _take_place(expires_at: datetime, using: str) -> tuple[StatusList, int]:
    """A place that nobody else has.

    Counted up in one statement, whose row is ours until the commit: to read first and compare
    would never end where a transaction reads what was true when it began (REPEATABLE READ).
    """
    window = int(expires_at.timestamp() // WINDOW.total_seconds())
    lists = StatusList.objects.using(using)
    full: list[UUID] = []
    while True:
        list_id = _open_list(window, full, using)
        if lists.filter(pk=list_id, used__lt=F("size")).update(used=F("used") + 1):
            found = lists.get(pk=list_id)
            return found, permute(found.used - 1, found.size, found.order_key)
        full.append(list_id)


def _open_list(window: int, full: list[UUID], using: str) -> UUID:
    """The list in use for that day; of those who need a new one at once, all get the same."""
    known = StatusList.objects.using(using).filter(window=window)
    not_full = known.filter(used__lt=F("size")).exclude(pk__in=full).order_by("pk")
    found: UUID | None = not_full.values_list("pk", flat=True).first()
    return found or _begin_list(window, max(known.count(), len(full)), using)


def _begin_list(window: int, number: int, using: str) -> UUID:
    """Begin the list of that day and number, if nobody has: it goes by a name made of both."""
    end = datetime.fromtimestamp((window + 1) * WINDOW.total_seconds(), UTC)
    list_id = name_key("status list", str(window), str(number))
    begun = StatusList(pk=list_id, size=SIZE, window=window, expires_at=end)
    # To ignore a conflict would leave InnoDB with a shared lock, and two of those in a deadlock
    # when each goes on to count.
    named = connections[using].features.supports_update_conflicts_with_target
    StatusList.objects.using(using).bulk_create(
        [begun],
        update_conflicts=True,
        update_fields=["window"],
        unique_fields=["id"] if named else None,
    )
    return list_id


def _facts(token: TokenRef) -> dict[str, Any]:
    """What a revocation or a cutoff finds ``token`` by."""
    subjects = {kind: token.subject(kind) for kind in ("user", "session", "client")}
    keys = {f"{kind}_key": subject.key for kind, subject in subjects.items() if subject}
    return {
        "key": token.key,
        "issued_at": token.issued_at or BEFORE_ALL_CUTOFFS,
        "expires_at": token.expires_at,
        **keys,
    }
