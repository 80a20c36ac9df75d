"""The settings of ``benchmarks.settings`` with the admin, on PostgreSQL."""

from __future__ import annotations

from benchmarks.settings import *  # noqa: F403
from benchmarks.settings import ENGINES, INSTALLED_APPS, NAME
from tests.settings import MIDDLEWARE, STATIC_URL, TEMPLATES

__all__ = ["MIDDLEWARE", "STATIC_URL", "TEMPLATES"]

ROOT_URLCONF = "tests.urls"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *INSTALLED_APPS,
    "token_revocation.sessions",
]
DATABASES = {
    "default": {**ENGINES["postgres"], "TEST": {"NAME": f"{NAME}_admin"}},
}
