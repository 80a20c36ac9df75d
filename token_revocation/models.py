"""Models of revoked tokens, of cutoffs of subjects, and of their common state."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from token_revocation._reasons import MAX_REASON_LENGTH as MAX_REASON_LENGTH
from token_revocation._reasons import Reason as Reason
from token_revocation._reasons import is_reserved as is_reserved
from token_revocation._reasons import validate_reason as validate_reason
from token_revocation._retention_models import PurgeWatermark as PurgeWatermark
from token_revocation._retention_models import TokenLifetime as TokenLifetime
from token_revocation.clock import now
from token_revocation.fields import (
    EscapedCharField,
    EscapedTextField,
    UserForeignKey,
    UTCDateTimeField,
    set_null,
)

MARK_LENGTH = 8
"""The length of a mark, which tells equal revisions apart after a backup was restored."""

MAX_NAME_LENGTH = 255


def new_mark() -> str:
    """Return a random mark for a revision, in hexadecimal."""
    return secrets.token_hex(MARK_LENGTH // 2)


UNPUBLISHED = -1
"""The revision of rows that are in no snapshot and no feed: those of rotated refresh tokens."""


class RevocationQuerySet(models.QuerySet[Any]):
    """Queries of both tables of revocations."""

    def purgeable(self, horizon: datetime) -> RevocationQuerySet:
        """Return the rows that expired before ``horizon``, oldest first, for a purge."""
        return self.filter(expires_at__lt=horizon).order_by("expires_at", "pk")

    def unnumbered(self) -> RevocationQuerySet:
        """Return the rows without a revision, which were committed recently."""
        # In this order, PostgreSQL uses the index of ``revision``, whatever its statistics say.
        return self.filter(revision__isnull=True).order_by("revision")

    def published(self) -> RevocationQuerySet:
        """Return the rows with a revision, in its order."""
        return self.filter(revision__gt=UNPUBLISHED).order_by("revision")

    def numbered(self, after: int, upto: int) -> RevocationQuerySet:
        """Return the rows of the revisions above ``after``, up to and including ``upto``."""
        return self.filter(revision__gt=after, revision__lte=upto)


class Revocation(models.Model):
    """The common columns of revoked tokens and cutoffs."""

    id = models.BigAutoField(primary_key=True)
    expires_at = UTCDateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = UTCDateTimeField(_("revoked at"), default=now)
    reason = EscapedCharField(_("reason"), max_length=MAX_REASON_LENGTH, blank=True)
    # Without a constraint, the user may be deleted before or after, or be in another database.
    revoked_by = UserForeignKey(
        settings.AUTH_USER_MODEL,
        set_null,
        verbose_name=_("revoked by"),
        related_name="+",
    )
    note = EscapedTextField(_("note"), blank=True)
    # Assigned after the commit, as rows commit in another order than their ids.
    revision = models.BigIntegerField(_("revision"), null=True, db_index=True, editable=False)

    objects: ClassVar[models.Manager[Any]] = RevocationQuerySet.as_manager()

    class Meta:
        abstract = True


class RevokedToken(Revocation):
    """A revoked token, which is rejected until it has expired.

    No column contains the token, or a value from which it can be computed.
    """

    key = models.UUIDField(_("key"), unique=True, editable=False)
    kind = EscapedCharField(_("kind"), max_length=32)
    identifier = EscapedCharField(_("identifier"), max_length=MAX_NAME_LENGTH)
    user = UserForeignKey(
        settings.AUTH_USER_MODEL,
        set_null,
        verbose_name=_("user"),
        related_name="+",
    )
    user_ref = EscapedCharField(_("user ID"), max_length=MAX_NAME_LENGTH, blank=True)
    issued_at = UTCDateTimeField(_("issued at"), null=True, blank=True)
    # Revoked by identifier only, so a purge must not rely on ``expires_at``.
    is_expiry_assumed = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("revoked token")
        verbose_name_plural = _("revoked tokens")
        permissions: ClassVar = [
            ("restore_revokedtoken", "Can delete revoked token that is in force"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at", "id"], name="revokedtoken_expiry"),
            models.Index(fields=["revoked_at"], name="revokedtoken_when"),
            models.Index(fields=["identifier"], name="revokedtoken_identifier"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.fingerprint}"

    @property
    def fingerprint(self) -> str:
        """The :attr:`TokenRef.fingerprint` of the token."""
        return self.key.hex[:8]


class TokenCutoff(Revocation):
    """A cutoff, which rejects tokens of a subject issued up to ``not_before``.

    Rows are never changed. ``kept`` is the key of one token, or one session, that stays valid.
    """

    key = models.UUIDField(_("key"), editable=False)
    subject_type = EscapedCharField(_("subject"), max_length=16)
    subject_id = EscapedCharField(_("subject ID"), max_length=MAX_NAME_LENGTH, blank=True)
    # Set if the subject is a user, for joins with stored tokens. It is kept when the user is
    # deleted, so that tokens stay revoked if the user is restored.
    user = UserForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        verbose_name=_("user"),
        editable=False,
        db_index=False,
        related_name="+",
    )
    # The user of a session, for the admin. In ``user``, it would be read by the joins.
    session_user = UserForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        verbose_name=_("user"),
        editable=False,
        related_name="+",
    )
    not_before = UTCDateTimeField(_("tokens issued until"))
    kept = models.UUIDField(_("exempt key"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("token cutoff")
        verbose_name_plural = _("token cutoffs")
        permissions: ClassVar = [
            ("restore_tokencutoff", "Can delete token cutoff that is in force"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["key", "not_before"], name="tokencutoff_subject"),
            models.Index(fields=["user", "not_before"], name="tokencutoff_user"),
            models.Index(fields=["expires_at", "id"], name="tokencutoff_expiry"),
            models.Index(fields=["revoked_at"], name="tokencutoff_when"),
            models.Index(fields=["reason"], name="tokencutoff_reason"),
            models.Index(fields=["subject_type"], name="tokencutoff_type"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}".strip()


class RevocationState(models.Model):
    """The state of both tables: one row, created on first use.

    ``revision`` is the last revision that was assigned to rows. It is assigned under the lock of
    this row, so revisions commit in order. ``identity`` distinguishes these tables from those of
    other databases. ``lineage`` ends with a random mark for each of the last revisions, which
    differ after a backup was restored.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    revision = models.BigIntegerField(_("revision"), default=0)
    purged_at = UTCDateTimeField(_("purged at"), null=True)
    identity = models.UUIDField(default=uuid.uuid4, editable=False)
    lineage = models.TextField(default=new_mark, editable=False)

    class Meta:
        verbose_name = _("revocation state")
        verbose_name_plural = _("revocation state")
        default_permissions = ()

    def __str__(self) -> str:
        return f"revision {self.revision}"
