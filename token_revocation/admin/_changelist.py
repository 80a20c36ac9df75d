"""Read-only lists, which never read or count a whole table."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from token_revocation.clock import now

MAX_ROWS = 10_000
"""The number of rows that a list counts and pages through; filters lead to the others."""

ROWS_PER_PAGE = 50
"""Most of the time of a page is the rendering of its rows."""

DATE_LOOKUPS = ("revoked_at__year", "revoked_at__month", "revoked_at__day")


if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
    BasePaginator = Paginator[Any]
else:
    BaseAdmin, BasePaginator = object, Paginator


class ReadOnlyAdmin(BaseAdmin):
    """A mixin for a list whose rows only actions change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class BoundedPaginator(BasePaginator):
    """A paginator that stops counting at ``max_rows``."""

    max_rows = MAX_ROWS

    @cached_property
    def count(self) -> int:
        counted: int = self.get_countable()[: self.max_rows].count()
        return counted

    @property
    def is_truncated(self) -> bool:
        """Whether there may be more rows than were counted."""
        return self.count >= self.max_rows

    def get_countable(self) -> Any:
        """Return the rows in any order."""
        rows: Any = self.object_list
        return rows.order_by()


class RevocationChangeList(ChangeList):
    """A change list whose date hierarchy offers every date, with or without rows."""

    # Django's date hierarchy groups all rows to leave out empty dates. On MySQL it also needs the
    # time zone tables: https://docs.djangoproject.com/en/stable/ref/databases/#time-zone-definitions

    def date_choices(self) -> dict[str, Any]:
        """Return the context of Django's date hierarchy template."""
        # A single query, for the oldest row.
        lookups = takewhile(lambda lookup: lookup in self.params, DATE_LOOKUPS)
        selected = [int(self.params[lookup]) for lookup in lookups]
        choices = [self._choice([*selected, part]) for part in self._next_parts(*selected)]
        return {
            "show": bool(selected or choices),
            "back": self._choice(selected[:-1]) if selected else None,
            "choices": choices or [{"title": _title(selected)}],
        }

    def _next_parts(self, *selected: int) -> Iterable[int]:
        """Return the years; the months of a selected year; the days of a selected month."""
        if not selected:
            return self._years()
        if len(selected) == 1:
            return range(1, 13)
        return range(1, monthrange(*selected)[1] + 1) if len(selected) == 2 else ()

    def _years(self) -> Iterable[int]:
        oldest = self.root_queryset.order_by("revoked_at").values_list("revoked_at", flat=True)[:1]
        return (year for time in oldest for year in range(time.year, now().year + 1))

    def _choice(self, selected: list[int]) -> dict[str, str]:
        query = dict(zip(DATE_LOOKUPS, selected, strict=False))
        return {
            "link": self.get_query_string(query, remove=["revoked_at__"]),
            "title": _title(selected),
        }


def _title(selected: list[int]) -> str:
    if not selected:
        return _("All dates")
    if len(selected) == 1:
        return str(selected[0])
    first_day = date(*[*selected, 1][:3])
    return date_format(first_day, ("YEAR_MONTH_FORMAT", "MONTH_DAY_FORMAT")[len(selected) - 2])
