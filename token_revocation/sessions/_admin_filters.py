"""Filters and search conditions of the list of sessions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from token_revocation._rows import make_storable
from token_revocation.admin import _users
from token_revocation.admin._filters import ChoiceFilter
from token_revocation.clock import now
from token_revocation.models import Reason
from token_revocation.sessions.models import TokenSession
from token_revocation.tokens import Subject

MAX_MATCHES = 1_000
"""The number of sessions that a search for an IP address finds."""

STATES = {"active": _("active"), "expired": _("expired"), "ended": _("ended")}


class StateFilter(admin.SimpleListFilter):
    """Active, expired and ended sessions, by what their rows record."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [*STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        is_expired = Q(expires_at__lte=now())
        conditions = {
            "active": ~is_expired & Q(ended_at=None),
            "expired": is_expired & Q(ended_at=None),
            # The condition of ``purge_after``, which is then the end, skips the active rows at the
            # beginning of its index.
            "ended": Q(ended_at__isnull=False, purge_after__lte=now()),
        }
        return queryset.filter(conditions.get(str(self.value()), Q()))


class EndReasonFilter(ChoiceFilter):
    """A filter by the reasons of this package, and other reasons in some rows."""

    title = _("reason")
    parameter_name = "end_reason"

    def known_values(self) -> Mapping[str, Any]:
        return dict(Reason.choices)


def session_condition(text: str) -> Q:
    """Return the condition of sessions with this user, IP address or session ID."""
    user_refs = [str(user.pk) for user in _users.search(text)]
    row_ids = [*_row_ids(text), *_row_ids_of_address(text)]
    return Q(user_ref__in=[*user_refs, make_storable(text)]) | Q(pk__in=row_ids)


def _row_ids(session_id: str) -> list[uuid.UUID]:
    """Return the possible ``id`` of the row of the session with this ID."""
    with suppress(ValueError):
        return [uuid.UUID(session_id), Subject.session(session_id).key]
    return [Subject.session(session_id).key]


def _row_ids_of_address(text: str) -> list[uuid.UUID]:
    """Return the ``id`` of rows with this IP address, up to a limit."""
    # The column has no index, which would be a tenth of the table. In a condition of the list it
    # would be compared with all rows twice, for the count and for a page.
    try:
        rows = TokenSession.objects.filter(ip_address=str(ip_address(text))).order_by()
    except ValueError:
        return []
    return [*rows.values_list("pk", flat=True)[:MAX_MATCHES]]
