"""Filters and search conditions of the list of sessions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from token_revocation._rows import find_users, make_storable
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
        # ``purge_after`` is the end, or no later than the expiry. Its condition skips the active
        # rows at the beginning of its index.
        is_due = Q(purge_after__lte=now())
        conditions = {
            "active": ~is_expired & Q(ended_at=None),
            "expired": is_expired & is_due & Q(ended_at=None),
            "ended": is_due & Q(ended_at__isnull=False),
        }
        return queryset.filter(conditions.get(str(self.value()), Q()))


class EndReasonFilter(ChoiceFilter):
    """A filter by the reasons of this package, and other reasons in some rows."""

    title = _("reason")
    parameter_name = "end_reason"

    def known_values(self) -> Mapping[str, Any]:
        return dict(Reason.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # The ``purge_after`` of an ended session is its end.
        is_due = Q(purge_after__lte=now()) if self.value() else Q()
        return super().queryset(request, queryset).filter(is_due)


def session_condition(text: str) -> Q:
    """Return the condition of sessions with this user, IP address or session ID."""
    user_refs = [str(user.pk) for user in _search_users(text)]
    row_ids = [*_row_ids(text), *_row_ids_of_address(text)]
    return Q(user_ref__in=[*user_refs, make_storable(text)]) | Q(pk__in=row_ids)


def _search_users(text: str) -> Iterable[Any]:
    # An ID or an address is no part of a username, with which all would have to be compared.
    if _is_uuid(text) or _parse_address(text):
        return find_users(**{get_user_model().USERNAME_FIELD: text})
    return _users.search(text)


def _row_ids(session_id: str) -> list[uuid.UUID]:
    """Return the possible ``id`` of the row of the session with this ID."""
    key = Subject.session(session_id).key
    return [uuid.UUID(session_id), key] if _is_uuid(session_id) else [key]


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _parse_address(text: str) -> str:
    """Return the IP address in ``text`` as rows contain it, or ``""``."""
    with suppress(ValueError):
        return str(ip_address(text))
    return ""


def _row_ids_of_address(text: str) -> list[uuid.UUID]:
    """Return the ``id`` of rows with this IP address, up to a limit."""
    # The column has no index, which would be a tenth of the table. In a condition of the list it
    # would be compared with all rows twice, for the count and for a page.
    address = _parse_address(text)
    if not address:
        return []
    rows = TokenSession.objects.filter(ip_address=address).order_by()
    return [*rows.values_list("pk", flat=True)[:MAX_MATCHES]]
