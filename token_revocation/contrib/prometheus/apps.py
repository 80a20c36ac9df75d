"""App configuration that registers the metrics when Django is ready."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PrometheusConfig(AppConfig):
    """The integration with prometheus-client; it has no models and no settings."""

    name = "token_revocation.contrib.prometheus"
    label = "token_revocation_prometheus"

    def ready(self) -> None:
        import_module(f"{self.name}._metrics").connect()
        import_module(f"{self.name}._collector").register()
