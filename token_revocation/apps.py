"""The app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TokenRevocationConfig(AppConfig):
    """Registers the checks and the receivers; everything else waits until it is asked."""

    name = "token_revocation"
    verbose_name = _("Token revocation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("token_revocation.checks")
        import_module("token_revocation.receivers").connect()
