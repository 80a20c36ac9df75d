"""The app; it begins to count when Django is ready."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PrometheusConfig(AppConfig):
    """Has no models and no settings."""

    name = "token_revocation.contrib.prometheus"
    label = "token_revocation_prometheus"

    def ready(self) -> None:
        import_module(f"{self.name}.counting").connect()
        import_module(f"{self.name}.health").register()
