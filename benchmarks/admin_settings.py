"""The settings of ``benchmarks.settings`` with the admin, on PostgreSQL or ``BENCH_DATABASE``."""

from __future__ import annotations

import os

from benchmarks.settings import *  # noqa: F403
from benchmarks.settings import ENGINES, INSTALLED_APPS, NAME
from tests.settings import MIDDLEWARE, STATIC_URL, TEMPLATES

__all__ = ["MIDDLEWARE", "STATIC_URL", "TEMPLATES"]

ROOT_URLCONF = "tests.urls"
APPS = [
    "django.contrib.admin",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "token_revocation.sessions",
]
INSTALLED_APPS = [*dict.fromkeys([*APPS, *INSTALLED_APPS])]
DATABASES = {
    "default": {
        **ENGINES[os.environ.get("BENCH_DATABASE", "postgres")],
        "TEST": {"NAME": f"{NAME}_admin"},
    },
}
