"""The site of the contestant that ``BENCH_SERVES`` names."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application
from django.test import override_settings

application = get_wsgi_application()

# The settings name the store, whose module imports models: only after the apps are loaded.
from benchmarks.urls import served  # noqa: E402

override_settings(TOKEN_REVOCATION=served.settings, **served.others).enable()
