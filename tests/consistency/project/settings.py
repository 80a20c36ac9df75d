"""The harness says by the environment which store answers, and where its servers are."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import time_machine

if shift := int(os.environ["CONSISTENCY_CLOCK"]):
    # The clock of this host is off: that of every module, for as long as the process lives.
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
]

MIDDLEWARE = ["tests.consistency.project.urls.name_the_worker"]

DATABASES = {"default": json.loads(os.environ["CONSISTENCY_DATABASE"])}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": os.environ["CONSISTENCY_REDIS"],
        # A server that hangs must not hold up every thread for as long as it does.
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

# More than the clocks of the hosts are apart: a token comes from one and is used at the other.
SIMPLE_JWT = {"LEEWAY": timedelta(minutes=1), "ACCESS_TOKEN_LIFETIME": timedelta(hours=2)}

TOKEN_REVOCATION = {
    "STORE": "tests.consistency.project.mortal.MortalStore",
    "STORE_OPTIONS": json.loads(os.environ["CONSISTENCY_OPTIONS"]),
    "ADAPTERS": [
        "token_revocation.contrib.authtoken.AuthTokenAdapter",
        "token_revocation.contrib.simplejwt.SimpleJWTAdapter",
    ],
}
