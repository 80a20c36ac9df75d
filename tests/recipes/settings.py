"""A project that has all those packages."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS, MIDDLEWARE, REST_FRAMEWORK

INSTALLED_APPS = [
    *INSTALLED_APPS,
    "allauth",
    "allauth.account",
    "allauth.headless",
    "channels",
    "dj_rest_auth",
    "djoser",
]
MIDDLEWARE = [*MIDDLEWARE, "allauth.account.middleware.AccountMiddleware"]
ROOT_URLCONF = "tests.recipes.urls"
ALLOWED_HOSTS = ["testserver"]

REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "token_revocation.contrib.authtoken.RevocableTokenAuthentication",
        "tests.recipes.classes.RevocableJWTCookieAuthentication",
    ],
}

CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
REST_AUTH = {"USE_JWT": True, "JWT_AUTH_COOKIE": "access", "JWT_AUTH_REFRESH_COOKIE": "refresh"}
ACCOUNT_EMAIL_VERIFICATION = "none"
HEADLESS_TOKEN_STRATEGY = "allauth.headless.tokens.strategies.jwt.JWTTokenStrategy"
HEADLESS_JWT_ALGORITHM = "HS256"
TOKEN_REVOCATION = {
    "ADAPTERS": [
        "token_revocation.contrib.authtoken.AuthTokenAdapter",
        "token_revocation.contrib.simplejwt.SimpleJWTAdapter",
    ],
}
