"""Settings of a project.

The lines for this package are marked with "token_revocation".
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from example_project import oauth_client, swagger
from example_project.address import ORIGIN
from example_project.jwk import signing_key
from example_project.kinds import AUTHENTICATION_CLASSES, CAN_BE_VERIFIED, JWT, KINDS

BASE_DIR = Path(__file__).resolve().parent.parent

# For local use only: the key is public, and only localhost is allowed.
SECRET_KEY = "insecure-key-of-the-example-project"  # noqa: S105
DEBUG = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

DATABASE = Path(os.environ.get("EXAMPLE_DATABASE", BASE_DIR / "example_project" / "demo.sqlite3"))

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    *(kind.app for kind in KINDS),
    "token_revocation",
    "token_revocation.sessions",
    "example_project",
]

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # Instead of the classes of the packages: token_revocation.
        *AUTHENTICATION_CLASSES,
        "token_revocation.contrib.sessions.RevocableSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}


def seconds(name: str, default: timedelta) -> timedelta:
    """Return a duration that the environment may shorten, for tests."""
    return timedelta(seconds=float(os.environ.get(name, default.total_seconds())))


TOKEN_REVOCATION: dict[str, Any] = {
    "ADAPTERS": [
        *(kind.adapter for kind in KINDS),
        "token_revocation.contrib.sessions.SessionAdapter",
    ],
    "AUTHTOKEN_TTL": seconds("EXAMPLE_TOKEN_SECONDS", timedelta(days=14)),
    "PURGE_GRACE_PERIOD": seconds("EXAMPLE_GRACE_SECONDS", timedelta(hours=1)),
}

if JWT in KINDS:
    SIMPLE_JWT: dict[str, Any] = {"ROTATE_REFRESH_TOKENS": True}

if CAN_BE_VERIFIED:
    from jwt import PyJWK

    INSTALLED_APPS += [
        "token_revocation.standards.event_feed",
        "token_revocation.standards.status_list",
    ]

    # Other services can verify the tokens, and look up their revocation state:
    # token_revocation.standards.
    TOKEN_REVOCATION["ISSUER"] = ORIGIN
    SILENCED_SYSTEM_CHECKS = ["token_revocation.W003"]  # Plain http, for local use only.
    TOKEN_REVOCATION["SIGNING_JWK"] = signing_key(DATABASE.with_name("signing_key.json"))
    _key = PyJWK(dict(TOKEN_REVOCATION["SIGNING_JWK"])).key
    SIMPLE_JWT |= {
        "ALGORITHM": "ES256",
        "SIGNING_KEY": _key,
        "VERIFYING_KEY": _key.public_key(),
        "ISSUER": TOKEN_REVOCATION["ISSUER"],
    }

if swagger.IS_INSTALLED:
    INSTALLED_APPS += [*swagger.APPS, "token_revocation.contrib.drf_spectacular"]
    REST_FRAMEWORK["DEFAULT_SCHEMA_CLASS"] = "drf_spectacular.openapi.AutoSchema"
    SPECTACULAR_SETTINGS = swagger.SETTINGS

# A different scheme, as the tokens of Django REST framework have "Token".
REST_KNOX = {"AUTH_HEADER_PREFIX": "Knox"}

# Its endpoints check revocations too: token_revocation.
OAUTH2_PROVIDER = oauth_client.SETTINGS

ROOT_URLCONF = "example_project.urls"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "token_session_pages:list"

MIDDLEWARE = [
    "example_project.policy.strict_policy",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Logging a user out everywhere ends the logins of browsers too: token_revocation.
    "token_revocation.contrib.sessions.RevocationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATABASE,
        # One of two concurrent writers waits.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The terminal shows commands to paste, and no log of requests.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {
        name: {"level": "ERROR"} for name in ("django.request", "django.server", "oauth2_provider")
    },
}

STATIC_URL = "static/"
TIME_ZONE = "UTC"
USE_TZ = True
