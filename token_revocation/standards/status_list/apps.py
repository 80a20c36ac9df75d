"""The app, of its own because it has tables of its own."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatusListConfig(AppConfig):
    """Nothing happens until a token class or a URL names it."""

    name = "token_revocation.standards.status_list"
    label = "token_revocation_status_list"
    verbose_name = _("Token status lists")
    default_auto_field = "django.db.models.BigAutoField"
