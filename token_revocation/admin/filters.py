"""What the lists can be narrowed to, known without reading a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from token_revocation.adapters import get_adapters
from token_revocation.clock import now
from token_revocation.models import Reason

SUBJECTS = (
    ("user", _("user")),
    ("session", _("session")),
    ("client", _("client")),
    ("everyone", _("everyone")),
)


class InForceFilter(admin.SimpleListFilter):
    """Does it still refuse anything?"""

    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return (("yes", _("Yes")), ("no", _("No")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        expired = Q(expires_at__lte=now())
        conditions = {"yes": ~expired, "no": expired}
        return queryset.filter(conditions.get(str(self.value()), Q()))


class ChoiceFilter(admin.SimpleListFilter):
    """One value of a column, from a list that is known without reading the table."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = Q((self.parameter_name, self.value())) if self.value() else Q()
        return queryset.filter(chosen)


class KindFilter(ChoiceFilter):
    """The kinds in use."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [(kind, kind) for kind in get_adapters()]


class ReasonFilter(ChoiceFilter):
    """The reasons we give ourselves."""

    title = _("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return Reason.choices


class SubjectFilter(ChoiceFilter):
    """The types of subjects."""

    title = _("subject")
    parameter_name = "subject_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return SUBJECTS
