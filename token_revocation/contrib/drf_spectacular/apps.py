"""The app; drf-spectacular takes note of an extension when its module is imported."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

EXTENSIONS = ("schemes", "operations")


class DRFSpectacularConfig(AppConfig):
    """Has no models and no settings."""

    name = "token_revocation.contrib.drf_spectacular"
    label = "token_revocation_drf_spectacular"

    def ready(self) -> None:
        for module in EXTENSIONS:
            import_module(f"{self.name}.{module}")
