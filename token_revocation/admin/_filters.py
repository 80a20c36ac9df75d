"""List filters that do not read a whole table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from token_revocation.adapters import get_adapters
from token_revocation.clock import now
from token_revocation.models import Reason

SUBJECT_TYPES = (
    ("user", _("user")),
    ("session", _("session")),
    ("client", _("client")),
    ("everyone", _("everyone")),
)

MAX_RECENT_ROWS = 1_000
"""The number of newest rows that are searched for values unknown to this package."""


class InForceFilter(admin.SimpleListFilter):
    """Revocations that have not expired, or those that have."""

    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return (("yes", _("Yes")), ("no", _("No")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        expired = Q(expires_at__lte=now())
        conditions = {"yes": ~expired, "no": expired}
        return queryset.filter(conditions.get(str(self.value()), Q()))


class ChoiceFilter(admin.SimpleListFilter):
    """A filter by the known values of a column, and the values in the newest rows."""

    def known_values(self) -> Mapping[str, Any]:
        """Return the labels of the values that are always offered."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        known = self.known_values()
        others = recent_values(model_admin.model, str(self.parameter_name)) - {"", *known}
        return [*known.items(), *((value, value) for value in sorted(others))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        condition = Q((self.parameter_name, self.value())) if self.value() else Q()
        return queryset.filter(condition)


def recent_values(model: Any, column: str) -> set[str]:
    """Return the values of ``column`` in the newest rows."""
    newest = model.objects.order_by("-pk").values_list(column, flat=True)[:MAX_RECENT_ROWS]
    return set(newest)


class KindFilter(ChoiceFilter):
    """A filter by the kinds of ``ADAPTERS``, and other kinds in recent rows."""

    title = _("kind")
    parameter_name = "kind"

    def known_values(self) -> Mapping[str, Any]:
        return {kind: kind for kind in get_adapters()}


class ReasonFilter(ChoiceFilter):
    """A filter by the reasons of this package, and other reasons in recent rows."""

    title = _("reason")
    parameter_name = "reason"

    def known_values(self) -> Mapping[str, Any]:
        return dict(Reason.choices)


class SubjectFilter(ChoiceFilter):
    """A filter by the type of subject."""

    title = _("subject")
    parameter_name = "subject_type"

    def known_values(self) -> Mapping[str, Any]:
        return dict(SUBJECT_TYPES)
