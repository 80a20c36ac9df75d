"""Custom token models on the table of DRF's tokens.

They are in an app registry of their own, so migrations and cascades ignore them.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import models
from django.test.utils import isolate_apps
from django.utils import timezone
from rest_framework.authtoken.models import Token


class BaseToken(models.Model):
    key = models.CharField(max_length=40, primary_key=True)
    user = models.OneToOneField(User, models.DO_NOTHING, related_name="+")

    class Meta:
        abstract = True

    def __str__(self):
        return self.key


class YearEarlierField(models.DateTimeField):
    """Returns each time a year earlier than it is stored."""

    def from_db_value(self, value, expression, connection):
        return value.replace(year=value.year - 1)


class SwitchableManager(models.Manager):
    """Finds no rows while ``is_enabled`` is false."""

    is_enabled = True

    def get_queryset(self):
        return super().get_queryset() if self.is_enabled else super().get_queryset().none()


class TruncatingField(models.CharField):
    """Truncates every value to forty characters."""

    def get_prep_value(self, value):
        return value and value[:40]


with isolate_apps("tests"):

    class TokenWithoutCreated(BaseToken):
        user = models.ForeignKey(User, models.DO_NOTHING, related_name="+")

        class Meta:
            app_label = "tests"
            db_table = Token._meta.db_table

    class CustomDateToken(BaseToken):
        created = YearEarlierField()

        class Meta:
            app_label = "tests"
            db_table = Token._meta.db_table

    class NullableDateToken(BaseToken):
        created = models.DateTimeField(null=True)

        class Meta:
            app_label = "tests"
            db_table = Token._meta.db_table

    class ManagedToken(BaseToken):
        created = models.DateTimeField()
        objects = SwitchableManager()

        class Meta:
            app_label = "tests"
            db_table = Token._meta.db_table

    class CaseInsensitiveToken(BaseToken):
        created = models.DateTimeField()

        class Meta:
            app_label = "tests"
            db_table = "case_insensitive"

    class TruncatedKeyToken(BaseToken):
        key = TruncatingField(max_length=40, primary_key=True)

        class Meta:
            app_label = "tests"
            db_table = Token._meta.db_table

    class DefaultDateToken(BaseToken):
        created = models.DateTimeField(default=timezone.now)

        class Meta:
            app_label = "tests"
            db_table = Token._meta.db_table
