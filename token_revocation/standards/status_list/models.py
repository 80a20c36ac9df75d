"""Status lists and the indices of tokens in them."""

from __future__ import annotations

import secrets
import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from token_revocation.fields import UTCDateTimeField


class StatusList(models.Model):
    """A list of tokens that expire in one window, so that it is deleted as a whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    size = models.PositiveIntegerField(_("size"))
    used = models.PositiveIntegerField(_("used indices"), default=0)
    order_key = models.CharField(max_length=64, default=secrets.token_hex, editable=False)
    window = models.BigIntegerField(_("expiry window"))
    expires_at = UTCDateTimeField(_("expires at"))

    class Meta:
        verbose_name = _("status list")
        verbose_name_plural = _("status lists")
        indexes: ClassVar = [models.Index(fields=["window", "used"], name="statuslist_window")]

    def __str__(self) -> str:
        return str(self.id)


class ListedToken(models.Model):
    """The index of a token, with the keys by which revocations and cutoffs find it."""

    id = models.BigAutoField(primary_key=True)
    status_list = models.ForeignKey(StatusList, models.CASCADE, related_name="tokens")
    index = models.PositiveIntegerField(_("index"))
    key = models.UUIDField(_("key"))
    user_key = models.UUIDField(_("user"), null=True)
    session_key = models.UUIDField(_("session"), null=True)
    client_key = models.UUIDField(_("client"), null=True)
    issued_at = UTCDateTimeField(_("issued at"))
    minted_at = UTCDateTimeField()
    expires_at = UTCDateTimeField(_("expires at"))

    class Meta:
        verbose_name = _("listed token")
        verbose_name_plural = _("listed tokens")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["status_list", "index"], name="listedtoken_place"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["key"], name="listedtoken_key"),
            models.Index(fields=["user_key"], name="listedtoken_user"),
            models.Index(fields=["session_key"], name="listedtoken_session"),
            models.Index(fields=["expires_at"], name="listedtoken_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.status_list_id} {self.index}"
