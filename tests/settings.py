"""Minimal Django settings; optional packages are included if they are installed."""

from __future__ import annotations

import os
from importlib.util import find_spec
from tempfile import gettempdir

SECRET_KEY = "tests-only-and-longer-than-thirty-two-bytes"
USE_TZ = True
ROOT_URLCONF = "tests.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_URL = "static/"
# Without it, Django 6.1 warns about a default mailer whenever it mails the administrators.
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}

OPTIONAL_APPS = {
    "rest_framework_simplejwt": ["rest_framework_simplejwt.token_blacklist"],
    "knox": ["knox"],
    "oauth2_provider": ["oauth2_provider"],
    "drf_spectacular": ["drf_spectacular"],
    "prometheus_client": ["token_revocation.contrib.prometheus"],
}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework.authtoken",
    *(app for module, apps in OPTIONAL_APPS.items() if find_spec(module) for app in apps),
    "token_revocation",
    "token_revocation.sessions",
    "token_revocation.standards.event_feed",
    "token_revocation.standards.status_list",
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
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
            ]
        },
    }
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "token_revocation.contrib.authtoken.RevocableTokenAuthentication",
    ],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}


def _database(alias):
    engines = {
        # A file, as in production: connections to one in-memory database fail immediately on a
        # lock instead of waiting (https://sqlite.org/sharedcache.html).
        "sqlite": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": f"{gettempdir()}/token_revocation_{alias}_{os.getpid()}.sqlite3",
            "OPTIONS": {
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF",
                "transaction_mode": "IMMEDIATE",
            },
        },
        "postgres": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ.get("PGDATABASE", "postgres"),
            "HOST": os.environ.get("PGHOST", "127.0.0.1"),
            "PORT": os.environ.get("PGPORT", "5432"),
            "USER": os.environ.get("PGUSER", "postgres"),
            "PASSWORD": os.environ.get("PGPASSWORD", ""),
            # Tests do not outlive a crash of the server.
            "OPTIONS": {"options": "-c synchronous_commit=off"},
        },
        "mariadb": {
            "ENGINE": "django.db.backends.mysql",
            "NAME": os.environ.get("MYSQL_DATABASE", "test"),
            "HOST": os.environ.get("MYSQL_HOST", "127.0.0.1"),
            "PORT": os.environ.get("MYSQL_TCP_PORT", "3306"),
            "USER": os.environ.get("MYSQL_USER", "root"),
            "PASSWORD": os.environ.get("MYSQL_PWD", ""),
            "OPTIONS": {"charset": "utf8mb4"},
        },
    }
    database = engines[os.environ.get("TOKEN_REVOCATION_TEST_DB", "sqlite")]
    suffix = os.environ.get("TOKEN_REVOCATION_TEST_SUFFIX", "")
    name = f"test_token_revocation_{alias}{suffix}" if "HOST" in database else database["NAME"]
    return {**database, "TEST": {"NAME": name}}


DATABASES = {"default": _database("default"), "other": _database("other")}
