"""Settings whose store and servers are given by environment variables."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import time_machine

if shift := int(os.environ["CONSISTENCY_CLOCK"]):
    # Shift the clock of this host for the lifetime of the process.
    time_machine.travel(datetime.now(UTC) + timedelta(seconds=shift), tick=True).start()

SECRET_KEY = "tests-only-and-longer-than-thirty-two-bytes"
USE_TZ = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.consistency.project.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "rest_framework.authtoken",
    "rest_framework_simplejwt.token_blacklist",
    "token_revocation",
    "token_revocation.sessions",
]

MIDDLEWARE = [
    "tests.consistency.project.urls.add_worker_header",
    "tests.consistency.project.worker_crash.crash_after_refresh",
]

DATABASES = {"default": json.loads(os.environ["CONSISTENCY_DATABASE"])}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": os.environ["CONSISTENCY_REDIS"],
        # A frozen server must not block every thread.
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "token_revocation.contrib.authtoken.RevocableTokenAuthentication",
        "token_revocation.contrib.simplejwt.RevocableJWTStatelessUserAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_RATES": {"token_revocation": None, "token_revocation_login": None},
}

# More than the offset of the clocks: a token of one host is used at the other.
SIMPLE_JWT = {
    "LEEWAY": timedelta(minutes=1),
    "ACCESS_TOKEN_LIFETIME": timedelta(hours=2),
    "ROTATE_REFRESH_TOKENS": True,
}

TOKEN_REVOCATION = {
    "STORE": "tests.consistency.project.worker_crash.CrashingStore",
    "STORE_OPTIONS": json.loads(os.environ["CONSISTENCY_OPTIONS"]),
    "ADAPTERS": [
        "token_revocation.contrib.authtoken.AuthTokenAdapter",
        "token_revocation.contrib.simplejwt.SimpleJWTAdapter",
    ],
    # By default longer than clients retry.
    "REFRESH_GRACE_PERIOD": timedelta(seconds=int(os.environ.get("CONSISTENCY_GRACE", "600"))),
}
