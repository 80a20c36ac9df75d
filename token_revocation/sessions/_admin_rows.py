"""Rows of sessions as the admin shows them: with their users and their ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest
from django.utils.text import Truncator

from token_revocation._rows import user_pk
from token_revocation.admin._changelist import BoundedPaginator
from token_revocation.clock import now
from token_revocation.sessions._devices import parse_device
from token_revocation.sessions._ends import find_ends

MAX_DEVICE_LENGTH = 80


def annotate_devices(rows: Sequence[Any]) -> Sequence[Any]:
    """Set ``device`` of each row: the name of the session, or else what its user agent says."""
    prefetch_related_objects(rows, "user_agent")
    for row in rows:
        row.device = row.name or (describe(row.user_agent.text) if row.user_agent else "")
    return rows


def describe(user_agent: str) -> str:
    """Return the browser and the operating system, or the beginning of ``user_agent``."""
    device = parse_device(user_agent)
    names = ", ".join(filter(None, [device.browser, device.os])) if device else ""
    return names or Truncator(user_agent).chars(MAX_DEVICE_LENGTH)


def annotate_ends(rows: Sequence[Any]) -> Sequence[Any]:
    """Set ``end``, ``user`` and ``ender`` of each row, for any number of rows in three queries."""
    ends = find_ends(rows)
    pks = {row.pk: user_pk(row.user_ref) for row in rows}
    users = find_users({*pks.values(), *(end.ended_by_id for end in ends.values())})
    for row in rows:
        row.end = ends.get(row.pk)
        row.user = users.get(pks[row.pk])
        row.ender = users.get(row.end.ended_by_id) if row.end else None
    return rows


def find_users(pks: set[Any]) -> dict[Any, Any]:
    """Return the users with these primary keys, in one query and from any database."""
    model = get_user_model()
    found: dict[Any, Any] = model._default_manager.in_bulk(pks - {None})
    return found


def get_state(row: Any) -> str:
    """Return ``"ended"``, ``"expired"`` or ``"active"``."""
    if row.end:
        return "ended"
    is_expired = row.expires_at is not None and row.expires_at <= now()
    return "expired" if is_expired else "active"


class SessionPaginator(BoundedPaginator):
    """A paginator that counts the first 1,000 sessions in the order of the list.

    In that order, most sessions have the state of the filter. In the order of its own choice,
    MariaDB read all ended sessions before the first expired one.
    """

    max_rows = 1_000

    def get_countable(self) -> Any:
        return self.object_list

    def page(self, number: Any) -> Any:
        """Return a page; up to the limit, in an order without ties.

        PostgreSQL sorts a small table for each page, and sessions that never expire are equal.
        """
        if not self.is_truncated:
            rows: Any = self.object_list
            self.object_list = rows.order_by(*rows.query.order_by, "-pk")
        return super().page(number)


class SessionChangeList(ChangeList):
    """A change list that looks up the users and the ends of one page of rows."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Return the ordering without the primary key, which Django adds.

        An index has the order of ``purge_after``. With the primary key, PostgreSQL would sort all
        sessions that never expire, for each page.
        """
        return [each for each in super().get_ordering(request, queryset) if each != "-pk"]

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: Any = annotate_ends(annotate_devices([*self.result_list]))
        self.result_list = rows
