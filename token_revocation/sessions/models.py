"""The model of sessions, and of the user agents that they share."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from token_revocation.conf import settings as revocation_settings
from token_revocation.fields import (
    EscapedCharField,
    NonEmptyIndex,
    UserForeignKey,
    UTCDateTimeField,
)
from token_revocation.models import MAX_NAME_LENGTH, MAX_REASON_LENGTH
from token_revocation.tokens import Subject, TokenRef

MAX_USER_AGENT_LENGTH = 512


class UserAgent(models.Model):
    """A user agent. Many sessions share one, so their rows stay small."""

    id = models.UUIDField(primary_key=True, editable=False)
    text = EscapedCharField(_("user agent"), max_length=MAX_USER_AGENT_LENGTH)

    class Meta:
        verbose_name = _("user agent")
        verbose_name_plural = _("user agents")
        default_permissions = ()

    def __str__(self) -> str:
        return self.text


class TokenSessionQuerySet(models.QuerySet[Any]):
    """Queries of sessions."""

    def of_user(self, user_id: object) -> TokenSessionQuerySet:
        """Return the sessions of the user with the primary key ``user_id``."""
        return self.filter(user_ref=str(user_id))

    def open(self, now: datetime) -> TokenSessionQuerySet:
        """Return the sessions that have neither ended by time nor been recorded as ended.

        A revocation is recorded after its commit, and one of a client or of everyone later still:
        see :func:`token_revocation.sessions.services.active_sessions`.
        """
        unexpired = Q(expires_at=None) | Q(expires_at__gt=now)
        lifetime: timedelta | None = revocation_settings.SESSION_LIFETIME
        if lifetime is not None:
            unexpired &= Q(user_ref="") | Q(created_at__gt=now - lifetime)
        return self.filter(unexpired, ended_at=None)


class TokenSession(models.Model):
    """A session: a login, and all tokens that were issued for it.

    ``id`` is the ``sid`` of its tokens, or the key of its token if tokens of its kind have no
    session. Tokens are named by :attr:`TokenRef.key`, which cannot be used to authenticate.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The largest columns first: PostgreSQL aligns them without padding.
    created_at = UTCDateTimeField(_("logged in at"))
    last_used_at = UTCDateTimeField(_("last used at"))
    expires_at = UTCDateTimeField(_("expires at"), null=True, blank=True)
    # The earliest time at which a purge reads the row. It has an index, so a refresh must not
    # change it: PostgreSQL then updates the row in place (HOT).
    # https://www.postgresql.org/docs/current/storage-hot.html
    purge_after = UTCDateTimeField(null=True, editable=False)
    rotated_at = UTCDateTimeField(_("rotated at"), null=True, editable=False)
    ended_at = UTCDateTimeField(_("ended at"), null=True, blank=True)
    current_key = models.UUIDField(null=True, editable=False)
    previous_key = models.UUIDField(null=True, editable=False)
    user_agent = models.ForeignKey(
        UserAgent,
        models.DO_NOTHING,
        verbose_name=_("user agent"),
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    # Kept when the user is deleted: without an index, each deletion would read all rows.
    ended_by = UserForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        verbose_name=_("ended by"),
        db_index=False,
        related_name="+",
    )
    kind = EscapedCharField(_("kind"), max_length=32)
    user_ref = EscapedCharField(_("user ID"), max_length=MAX_NAME_LENGTH, blank=True)
    client_id = EscapedCharField(_("client"), max_length=MAX_NAME_LENGTH, blank=True)
    name = EscapedCharField(_("name"), max_length=MAX_NAME_LENGTH, blank=True)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    # Only if it is not the text of ``id``.
    session_id = EscapedCharField(max_length=MAX_NAME_LENGTH, blank=True, editable=False)
    end_reason = EscapedCharField(_("reason"), max_length=MAX_REASON_LENGTH, blank=True)

    objects: ClassVar[models.Manager[Any]] = TokenSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes: ClassVar = [
            models.Index(fields=["user_ref"], name="tokensession_user"),
            models.Index(fields=["purge_after"], name="tokensession_purge"),
            # For the filters of the admin. PostgreSQL stores equal values once, and with them seven
            # bytes a row.
            models.Index(fields=["kind"], name="tokensession_kind"),
            NonEmptyIndex(fields=["end_reason"], name="tokensession_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id.hex[:8]}"

    @property
    def has_tokens_with_session(self) -> bool:
        """Whether its tokens name a session; otherwise the session is one token."""
        return self.current_key != self.id

    @property
    def ref(self) -> TokenRef:
        """A reference with the subjects and times of the newest token.

        Its identifier is that of no token. Its :attr:`TokenRef.key` is that of a token only if the
        session is one token; otherwise only its subjects can be looked up.
        """
        subjects = [Subject.user(self.user_ref)] if self.user_ref else []
        if self.client_id:
            subjects.append(Subject.client(self.client_id))
        if self.has_tokens_with_session:
            subjects.append(Subject.session(self.session_id or str(self.id)))
        ref = TokenRef(
            kind=self.kind,
            identifier=str(self.id),
            issuer="",
            subjects=tuple(subjects),
            issued_at=self.created_at,
            expires_at=self.expires_at,
            minted_at=self.rotated_at or self.created_at,
        )
        if not self.has_tokens_with_session:
            vars(ref)["key"] = self.id  # It cannot be computed without the identifier.
        return ref


def session_row_id(token: TokenRef) -> uuid.UUID:
    """Return the ``id`` of the :class:`TokenSession` of ``token``."""
    session = token.subject("session")
    if session is None:
        return token.key
    return session.key if separate_session_id(session) else uuid.UUID(session.id)


def separate_session_id(session: Subject) -> str:
    """Return the ``id`` of ``session``, or ``""`` if it is the text of a UUID."""
    try:
        return "" if str(uuid.UUID(session.id)) == session.id else session.id
    except ValueError:
        return session.id
