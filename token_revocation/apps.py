"""Django app configuration."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from token_revocation._tenants import watch_schema


class TokenRevocationConfig(AppConfig):
    """Register the system checks and the signal receivers."""

    name = "token_revocation"
    verbose_name = _("Token revocation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("token_revocation._checks")
        import_module("token_revocation._receivers").connect()
        connection_created.connect(watch_schema)
