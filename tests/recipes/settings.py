"""Settings of a project with all packages of the recipes."""

from __future__ import annotations

from tests.recipes.blocks import module_of
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
MIDDLEWARE = [
    *MIDDLEWARE,
    "allauth.account.middleware.AccountMiddleware",
    *module_of("allauth, headless").MIDDLEWARE,
]
ROOT_URLCONF = "tests.recipes.urls"
ALLOWED_HOSTS = ["testserver"]

REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "token_revocation.contrib.authtoken.RevocableTokenAuthentication",
        "token_revocation.contrib.dj_rest_auth.RevocableJWTCookieAuthentication",
    ],
}

CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
REST_AUTH = module_of("dj-rest-auth").REST_AUTH
ACCOUNT_EMAIL_VERIFICATION = "none"
HEADLESS_TOKEN_STRATEGY = module_of("allauth, headless").HEADLESS_TOKEN_STRATEGY
HEADLESS_JWT_ALGORITHM = "HS256"
TOKEN_REVOCATION = {
    "ADAPTERS": [
        "token_revocation.contrib.authtoken.AuthTokenAdapter",
        "token_revocation.contrib.simplejwt.SimpleJWTAdapter",
        *module_of("allauth, headless").TOKEN_REVOCATION["ADAPTERS"],
    ],
}
