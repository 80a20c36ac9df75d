"""Model fields for times in UTC, escaped text, and references to deleted users."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django.utils import timezone

from token_revocation._charsets import escape, get_charsets
from token_revocation.clock import aware

if TYPE_CHECKING:
    Base = models.Field[Any, str]
    CharField = models.CharField[Any, str]
    DateTimeField = models.DateTimeField[Any, Any]
    ForeignKey = models.ForeignKey[Any, Any]
    TextField = models.TextField[Any, str]
    UserDescriptor = ForwardManyToOneDescriptor[Any]
else:
    Base = object
    CharField, DateTimeField, TextField = models.CharField, models.DateTimeField, models.TextField
    ForeignKey, UserDescriptor = models.ForeignKey, ForwardManyToOneDescriptor


class UTCDateTimeField(DateTimeField):
    """A ``DateTimeField`` that stores UTC and returns aware times, with any settings.

    With ``USE_TZ = False``, or ``TIME_ZONE`` of a database, Django stores local time, which is
    ambiguous at the end of daylight saving time. A token could then count as issued after a cutoff.
    """

    def from_db_value(
        self, value: datetime | None, expression: object, connection: Any
    ) -> datetime | None:
        """Return the value in UTC, or in ``TIME_ZONE`` with ``USE_TZ = False``."""
        # The admin shows the value without conversion then.
        if value is None:
            return None
        if not _keeps_offsets(connection):  # Django assumed the time zone of the connection.
            value = value.replace(tzinfo=UTC, fold=0)
        elif timezone.is_naive(value):
            value = timezone.make_aware(value, timezone.get_default_timezone())
        return value if settings.USE_TZ else value.astimezone(timezone.get_default_timezone())

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        if isinstance(value, datetime):
            value = aware(value)
            if not _keeps_offsets(connection):
                # A naive value is stored unchanged.
                value = timezone.make_naive(value, UTC)
        return connection.ops.adapt_datetimefield_value(value)

    def deconstruct(self) -> Any:
        # In migrations it is a DateTimeField, as the column is the same.
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs


class EscapedMixin(Base):
    """Mixin that escapes characters which the column cannot store, such as emoji.

    It is for text that people read. No name of a token can prevent its revocation.
    """

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = super().get_db_prep_value(value, connection, prepared)
        if not isinstance(value, str) or value.isascii():
            return value
        for charset in get_charsets(self.model._meta.db_table, str(self.column), connection):
            value = escape(value, charset)
        return value if self._fits(value) else f"{value[: (self.max_length or 0) - 3]}..."

    def _fits(self, value: str) -> bool:
        return self.max_length is None or len(value) <= self.max_length


class EscapedCharField(EscapedMixin, CharField):
    """A ``CharField`` for a column of any character set."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class EscapedTextField(EscapedMixin, TextField):
    """A ``TextField`` for a column of any character set."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class OptionalUser(UserDescriptor):
    """The user of a foreign key, or ``None`` if that user was deleted.

    Django would raise ``DoesNotExist``, which makes ``dumpdata --natural-foreign`` fail.
    """

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        try:
            return super().__get__(instance, cls)
        except self.field.remote_field.model.DoesNotExist:
            self.field.set_cached_value(instance, None)
            return None


class UserForeignKey(ForeignKey):
    """A foreign key to a user without a constraint, which outlives the user."""

    forward_related_accessor_class = OptionalUser

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"null": True, "blank": True, "db_constraint": False, **kwargs})

    def deconstruct(self) -> Any:
        # In migrations it is a ForeignKey, as the column is the same.
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


def set_null(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
    """Leave the column unchanged when its user is deleted; a receiver sets it to NULL.

    ``SET_NULL`` would make the deletion of a user fail if the tables do not exist yet. It would
    also miss rows in another database.
    """


# Django then does not load the rows.
set_null.lazy_sub_objs = True  # type: ignore[attr-defined]


def _keeps_offsets(connection: Any) -> bool:
    """Return whether columns store time zones."""
    return bool(connection.features.supports_timezones)


class NonEmptyIndex(models.Index):
    """An index of the rows with text in its column, on databases with partial indexes.

    Django warns of ``condition`` on MariaDB and MySQL, where this is an index of all rows.
    """

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        is_partial = schema_editor.connection.features.supports_partial_indexes
        condition = ~models.Q((self.fields[0], "")) if is_partial else None
        index = models.Index(fields=self.fields, name=self.name, condition=condition)
        return index.create_sql(model, schema_editor, using, **kwargs)
