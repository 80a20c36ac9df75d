"""Settings of a project whose folder and store are given by environment variables."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(os.environ["ASGI_FOLDER"])

SECRET_KEY = "tests-only-and-longer-than-thirty-two-bytes"
USE_TZ = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.asgi.project.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "rest_framework.authtoken",
    "token_revocation",
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": FOLDER / "db.sqlite3",
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF",
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,
        },
    }
}

TOKEN_REVOCATION = {"STORE": os.environ["ASGI_STORE"]}
