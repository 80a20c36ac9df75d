"""Django app configuration of the sessions."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsConfig(AppConfig):
    """Record the sessions of all kinds of tokens."""

    name = "token_revocation.sessions"
    label = "token_sessions"
    verbose_name = _("Sessions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("token_revocation.sessions._receivers").connect()
