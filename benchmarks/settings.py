"""A project with every kind of token, on the database in ``BENCH_DATABASE``."""

from __future__ import annotations

import os
from importlib.util import find_spec

SECRET_KEY = "benchmarks-only-and-longer-than-thirty-two-bytes"
USE_TZ = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "benchmarks.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

OPTIONAL_APPS = {
    "rest_framework_simplejwt": ["rest_framework_simplejwt.token_blacklist"],
    "knox": ["knox"],
    "oauth2_provider": ["oauth2_provider"],
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "rest_framework",
    "rest_framework.authtoken",
    *(app for module, apps in OPTIONAL_APPS.items() if find_spec(module) for app in apps),
    "token_revocation",
]

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}

# Two runs on one server need different names.
NAME = "bench_token_revocation" + os.environ.get("BENCH_SUFFIX", "")

ENGINES = {
    "sqlite": {
        "ENGINE": "django.db.backends.sqlite3",
        "OPTIONS": {"init_command": "PRAGMA journal_mode=wal; PRAGMA synchronous=normal;"},
        "TEST": {"NAME": os.environ.get("BENCH_FILE", "bench.sqlite3")},
    },
    "postgres": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ.get("PGHOST", "127.0.0.1"),
        "PORT": os.environ.get("PGPORT", "5432"),
        "USER": os.environ.get("PGUSER", "postgres"),
        "PASSWORD": os.environ.get("PGPASSWORD", ""),
        "NAME": "postgres",
        "TEST": {"NAME": NAME},
    },
    "mariadb": {
        "ENGINE": "django.db.backends.mysql",
        "HOST": os.environ.get("MYSQL_HOST", "127.0.0.1"),
        "PORT": os.environ.get("MYSQL_TCP_PORT", "3306"),
        "USER": os.environ.get("MYSQL_USER", "root"),
        "PASSWORD": os.environ.get("MYSQL_PWD", ""),
        "OPTIONS": {"charset": "utf8mb4"},
        "TEST": {"NAME": NAME},
    },
}

# The server plans a repeated statement once. Not for a pooler in transaction mode.
# https://docs.djangoproject.com/en/stable/ref/databases/#server-side-parameters-binding
PREPARED = {"server_side_binding": True, "prepare_threshold": 5}
ENGINES["postgres-prepared"] = {**ENGINES["postgres"], "OPTIONS": PREPARED}

DATABASE = os.environ.get("BENCH_DATABASE", "sqlite")
# 0, a connection for each request, is the default of Django; ``none`` keeps connections.
CONN_MAX_AGE = {"none": None}.get(os.environ.get("BENCH_CONN_MAX_AGE", "none"), 0)
DATABASES = {"default": {**ENGINES[DATABASE], "CONN_MAX_AGE": CONN_MAX_AGE}}
if "BENCH_SERVES" in os.environ:
    DATABASES["default"]["NAME"] = ENGINES[DATABASE]["TEST"]["NAME"]

REDIS = os.environ.get("BENCH_REDIS", "redis://127.0.0.1:6379/7")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "redis": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS},
}
