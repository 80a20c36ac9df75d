"""The two facts: this token is refused; every token of this subject up to a moment is refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from token_revocation.clock import now
from token_revocation.fields import MomentField, set_null

MAX_NAME_LENGTH = 255
MAX_REASON_LENGTH = 64


class Reason(models.TextChoices):
    """The reasons we give ourselves; a caller may use others of up to 64 characters."""

    LOGOUT = "logout", _("logged out")
    LOGOUT_ALL = "logout_all", _("logged out everywhere")
    REVOKED = "revoked", _("revoked by its holder")
    ADMIN = "admin", _("revoked by an administrator")
    ISSUER = "issuer", _("ended by the identity provider")
    PASSWORD_CHANGE = "password_change", _("password changed")
    DEACTIVATION = "deactivation", _("account deactivated")
    DELETION = "deletion", _("account deleted")
    DELETED = "deleted", _("deleted by other code")
    ROTATED = "rotated", _("exchanged for a new one")
    REUSED = "reused", _("presented again after it was used up")
    LEAKED = "leaked", _("leaked")
    PACKAGE = "package", _("revoked in the package that issued it")


class RevocationQuerySet(models.QuerySet[Any]):
    """Queries that both tables share."""

    def purgeable(self, horizon: datetime) -> RevocationQuerySet:
        """Rows that no token needs any more: expired before ``horizon``, oldest first."""
        return self.filter(expires_at__lt=horizon).order_by("expires_at", "pk")

    def unnumbered(self) -> RevocationQuerySet:
        """Rows without a revision: committed since the last numbering.

        The order keeps PostgreSQL on the index of ``revision`` while its statistics still say
        that most rows have none; without it, or by ``pk``, it would read the whole table.
        """
        return self.filter(revision__isnull=True).order_by("revision")

    def numbered(self, after: int, upto: int) -> RevocationQuerySet:
        """Rows of the revisions above ``after``, ``upto`` included."""
        return self.filter(revision__gt=after, revision__lte=upto)


class Revocation(models.Model):
    """What both facts record: until when, when, why and by whom."""

    id = models.BigAutoField(primary_key=True)
    expires_at = MomentField(_("until"), null=True, blank=True)
    revoked_at = MomentField(_("revoked at"), default=now)
    reason = models.CharField(_("reason"), max_length=MAX_REASON_LENGTH, blank=True)
    # Without a constraint a revocation can be stored, and outlives it, whatever becomes of
    # the user: deleted a moment ago, or at home in another database.
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        set_null,
        verbose_name=_("revoked by"),
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
    )
    note = models.TextField(_("note"), blank=True)
    # Given after the commit, as ids are in the order of the inserts, and rows commit in another.
    revision = models.BigIntegerField(_("revision"), null=True, db_index=True, editable=False)

    objects: ClassVar[models.Manager[Any]] = RevocationQuerySet.as_manager()

    class Meta:
        abstract = True


class RevokedToken(Revocation):
    """This one token is refused, until it has expired everywhere.

    No column holds, or leads back to, a token that can be used.
    """

    key = models.UUIDField(_("key"), unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=32)
    identifier = models.CharField(_("identifier"), max_length=MAX_NAME_LENGTH)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        set_null,
        verbose_name=_("user"),
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
    )
    user_ref = models.CharField(_("user id"), max_length=MAX_NAME_LENGTH, blank=True)
    issued_at = MomentField(_("issued at"), null=True, blank=True)

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
        """As :attr:`TokenRef.fingerprint`."""
        return self.key.hex[:8]


class TokenCutoff(Revocation):
    """Every token of one subject issued up to ``not_before`` is refused. Only ever added to.

    ``kept`` is the key of one token, or one session, that this cutoff spares.
    """

    key = models.UUIDField(_("key"), editable=False)
    subject_type = models.CharField(_("subject"), max_length=16)
    subject_id = models.CharField(_("subject id"), max_length=MAX_NAME_LENGTH, blank=True)
    # Where the subject is a user, so that a query of stored tokens can join it. It stays when the
    # user is deleted, as the key does: tokens of a user who comes back stay ended.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        verbose_name=_("user"),
        null=True,
        blank=True,
        editable=False,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    not_before = MomentField(_("not before"))
    kept = models.UUIDField(_("kept"), null=True, blank=True, editable=False)

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
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}".strip()


class Bookkeeping(models.Model):
    """What is remembered of the two tables as a whole: one row, made on first use.

    ``revision`` is the last number that was given to rows of either table: a row without one is
    new. Numbers are given under the lock of this row, so they commit in their order.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    revision = models.BigIntegerField(_("revision"), default=0)
    purged_at = MomentField(_("purged at"), null=True)

    class Meta:
        verbose_name = _("bookkeeping")
        verbose_name_plural = _("bookkeeping")
        default_permissions = ()

    def __str__(self) -> str:
        return f"revision {self.revision}"
