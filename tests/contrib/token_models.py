"""Models of tokens as projects write them, all of rows that DRF has stored.

They live in a registry of their own, so that no migration and no collector meets them.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import models
from django.test.utils import isolate_apps
from rest_framework.authtoken.models import Token


class StoredInDrfsTable(models.Model):
    key = models.CharField(max_length=40, primary_key=True)
    user = models.OneToOneField(User, models.DO_NOTHING, related_name="+")

    class Meta:
        abstract = True

    def __str__(self):
        return self.key


class EarlierField(models.DateTimeField):
    """Shows every moment a year earlier than it is stored."""

    def from_db_value(self, value, expression, connection):
        return value.replace(year=value.year - 1)


class Grumpy(models.Manager):
    """Knows tokens of some users only, and changes its mind."""

    knows = True

    def get_queryset(self):
        return super().get_queryset() if self.knows else super().get_queryset().none()


class ShortenedField(models.CharField):
    """Stores no more than forty characters of anything."""

    def get_prep_value(self, value):
        return value and value[:40]


with isolate_apps("tests"):

    class UndatedToken(StoredInDrfsTable):
        user = models.ForeignKey(User, models.DO_NOTHING, related_name="+")

        class Meta:
            app_label = "tests"
            db_table = Token._meta.db_table

    class EarlierToken(StoredInDrfsTable):
        created = EarlierField()

        class Meta:
            app_label = "tests"
            db_table = Token._meta.db_table

    class HesitantToken(StoredInDrfsTable):
        created = models.DateTimeField(null=True)

        class Meta:
            app_label = "tests"
            db_table = Token._meta.db_table

    class ManagedToken(StoredInDrfsTable):
        created = models.DateTimeField()
        objects = Grumpy()

        class Meta:
            app_label = "tests"
            db_table = Token._meta.db_table

    class CaselessToken(StoredInDrfsTable):
        created = models.DateTimeField()

        class Meta:
            app_label = "tests"
            db_table = "caseless"

    class ShortenedToken(StoredInDrfsTable):
        key = ShortenedField(max_length=40, primary_key=True)

        class Meta:
            app_label = "tests"
            db_table = Token._meta.db_table
