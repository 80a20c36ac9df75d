"""Lists that stay quick however many rows there are: nothing reads, or counts, all of them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from token_revocation.clock import now

COUNTED = 10_000
"""The most rows that a list counts and pages through; a search or a filter leads to others."""

PARTS = ("revoked_at__year", "revoked_at__month", "revoked_at__day")


if TYPE_CHECKING:
    Pages = Paginator[Any]
else:
    Pages = Paginator


class BoundedPaginator(Pages):
    """Counts no further than it pages."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        counted: int = rows.order_by()[:COUNTED].count()
        return counted

    @property
    def is_bounded(self) -> bool:
        """Whether there may be more."""
        return self.count >= COUNTED


class RevocationList(ChangeList):
    """Offers dates as Django's date hierarchy does, those without a row too.

    To know which have one, Django groups all rows, and a MySQL without time zones cannot.
    """

    def dates(self) -> dict[str, Any]:
        """What the template of the date hierarchy takes; one query, for the oldest row."""
        given = takewhile(lambda part: part in self.params, PARTS)
        chosen = [int(self.params[part]) for part in given]
        parts = self._parts(*chosen)
        choices = [self._choice([*chosen, part]) for part in parts]
        return {
            "show": bool(chosen or choices),
            "back": self._choice(chosen[:-1]) if chosen else None,
            "choices": choices or [{"title": _title(chosen)}],
        }

    def _parts(self, *chosen: int) -> Iterable[int]:
        if not chosen:
            return self._years()
        if len(chosen) == 1:
            return range(1, 13)
        return range(1, monthrange(*chosen)[1] + 1) if len(chosen) == len(PARTS) - 1 else ()

    def _years(self) -> Iterable[int]:
        oldest = self.root_queryset.order_by("revoked_at").values_list("revoked_at", flat=True)[:1]
        return (year for moment in oldest for year in range(moment.year, now().year + 1))

    def _choice(self, chosen: list[int]) -> dict[str, str]:
        query = dict(zip(PARTS, chosen, strict=False))
        return {
            "link": self.get_query_string(query, remove=["revoked_at__"]),
            "title": _title(chosen),
        }


def _title(chosen: list[int]) -> str:
    if not chosen:
        return _("All dates")
    if len(chosen) == 1:
        return str(chosen[0])
    moment = date(*[*chosen, 1][:3])
    return date_format(moment, ("YEAR_MONTH_FORMAT", "MONTH_DAY_FORMAT")[len(chosen) - 2])
