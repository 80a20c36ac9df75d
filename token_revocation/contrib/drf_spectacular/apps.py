"""App configuration that registers the schema extensions by importing them."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

EXTENSIONS = ("_schemes", "_operations")


class DRFSpectacularConfig(AppConfig):
    """The integration with drf-spectacular; it has no models and no settings."""

    name = "token_revocation.contrib.drf_spectacular"
    label = "token_revocation_drf_spectacular"

    def ready(self) -> None:
        for module in EXTENSIONS:
            import_module(f"{self.name}.{module}")
