"""Receivers of the event feed, and how far each has acknowledged it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from token_revocation.fields import EscapedCharField
from token_revocation.models import MAX_NAME_LENGTH


class Receiver(models.Model):
    """A receiver and its position: all events up to there are acknowledged.

    Events are ordered by (revision, table, row).
    """

    id = models.BigAutoField(primary_key=True)
    name = EscapedCharField(_("name"), max_length=MAX_NAME_LENGTH, unique=True)
    revision = models.BigIntegerField(_("revision"), default=0)
    table = models.PositiveSmallIntegerField(default=0)
    row = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("receiver")
        verbose_name_plural = _("receivers")

    def __str__(self) -> str:
        return self.name
