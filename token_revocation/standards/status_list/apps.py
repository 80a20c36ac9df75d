"""App configuration of the status lists, which have tables of their own."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatusListConfig(AppConfig):
    """Token status lists; a project uses them by their token classes and URLs."""

    name = "token_revocation.standards.status_list"
    label = "token_revocation_status_list"
    verbose_name = _("Token status lists")
    default_auto_field = "django.db.models.BigAutoField"
