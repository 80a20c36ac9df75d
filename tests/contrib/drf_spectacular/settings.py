"""A project with all endpoints and drf-spectacular."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS, REST_FRAMEWORK
from tests.standards.jwts import make_jwk

INSTALLED_APPS = [*INSTALLED_APPS, "token_revocation.contrib.drf_spectacular"]
ROOT_URLCONF = "tests.contrib.drf_spectacular.urls"
REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "token_revocation.contrib.authtoken.RevocableTokenAuthentication",
        "token_revocation.contrib.simplejwt.RevocableJWTAuthentication",
        "token_revocation.contrib.knox.RevocableKnoxAuthentication",
        "token_revocation.contrib.oauth2_provider.RevocableOAuth2Authentication",
    ],
    "DEFAULT_THROTTLE_RATES": {"token_revocation": None, "token_revocation_login": None},
}
SPECTACULAR_SETTINGS = {"SERVE_AUTHENTICATION": [], "SERVE_PERMISSIONS": []}
ALLOWED_HOSTS = ["localhost"]
TOKEN_REVOCATION = {"ISSUER": "https://api.example.com", "SIGNING_JWK": make_jwk()}
