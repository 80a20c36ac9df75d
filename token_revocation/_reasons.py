"""The reasons of revocations."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_REASON_LENGTH = 64


class Reason(models.TextChoices):
    """The reasons that this package stores.

    Callers may use others of up to 64 characters.
    """

    LOGOUT = "logout", _("logged out")
    LOGOUT_ALL = "logout_all", _("logged out everywhere")
    REVOKED = "revoked", _("revoked by the user or client")
    ADMIN = "admin", _("revoked by an administrator")
    ISSUER = "issuer", _("revoked by the identity provider")
    PASSWORD_CHANGE = "password_change", _("password changed")
    DEACTIVATION = "deactivation", _("account deactivated")
    DELETION = "deletion", _("account deleted")
    DELETED = "deleted", _("token deleted")
    ROTATED = "rotated", _("rotated")
    REUSED = "reused", _("reused after rotation")
    LEAKED = "leaked", _("leaked")
    SESSION_LIMIT = "session_limit", _("too many sessions")
    IDLE = "idle", _("not used for too long")
    PACKAGE = "package", _("revoked by the issuing package")


def is_reserved(reason: str) -> bool:
    """Return whether ``reason`` is reserved, in any case and with any spaces around."""
    return reason.strip().casefold() == Reason.ROTATED


def validate_reason(reason: str) -> None:
    """Raise ``ValidationError`` for a reserved reason."""
    if is_reserved(reason):
        raise ValidationError(_("This reason is reserved."), code="reserved")
