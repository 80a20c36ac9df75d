"""What our columns do that those of Django do not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, router
from django.utils import timezone

from token_revocation.clock import aware

if TYPE_CHECKING:
    DateTimeField = models.DateTimeField[Any, Any]
else:
    DateTimeField = models.DateTimeField


class MomentField(DateTimeField):
    """A ``DateTimeField`` in UTC whose values are aware in Python, also with ``USE_TZ`` off.

    Django would store naive local time there, and twice the same hour at the end of summer time:
    what was issued before a cutoff could read as issued after it.
    """

    def from_db_value(
        self, value: datetime | None, expression: object, connection: Any
    ) -> datetime | None:
        """In the time zone of the project, as the admin of such a project shows what it gets."""
        if value is None or timezone.is_aware(value):
            return value
        stored = aware(value) if _keeps_offsets(connection) else value.replace(tzinfo=UTC)
        return stored.astimezone(timezone.get_default_timezone())

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, datetime):
            value = _for_driver(aware(value), connection)
        return super().get_db_prep_value(value, connection, prepared)

    def deconstruct(self) -> Any:
        # To the database it is a DateTimeField, and so it is in migrations.
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs


def set_null(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
    """``SET_NULL``, where the revocations are: not always in the database of the user."""
    home = router.db_for_write(field.model)
    models.SET_NULL(collector, field, sub_objs.using(home), using)


# The rows need not be read to be updated.
set_null.lazy_sub_objs = True  # type: ignore[attr-defined]


def _for_driver(moment: datetime, connection: Any) -> datetime:
    if settings.USE_TZ or _keeps_offsets(connection):
        return moment
    return timezone.make_naive(moment, UTC)


def _keeps_offsets(connection: Any) -> bool:
    """Whether a column knows its moments, and only the driver makes them naive."""
    return bool(connection.features.supports_timezones)
