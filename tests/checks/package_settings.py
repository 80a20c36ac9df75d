"""Settings with dj-rest-auth, djoser and allauth for apps."""

from __future__ import annotations

from tests.recipes.settings import *  # noqa: F403
from tests.recipes.settings import INSTALLED_APPS, MIDDLEWARE, TOKEN_REVOCATION

INSTALLED_APPS = [
    *INSTALLED_APPS,
    "allauth.socialaccount",
    "allauth.usersessions",
    "dj_rest_auth.registration",
]
HEADLESS_CLIENTS = ("app",)
MIDDLEWARE = [path for path in MIDDLEWARE if "token_revocation" not in path]
TOKEN_REVOCATION = {
    "ADAPTERS": [path for path in TOKEN_REVOCATION["ADAPTERS"] if "contrib.sessions" not in path],
}
USERSESSIONS_ADAPTER = "token_revocation.contrib.allauth.usersessions.RevocableUserSessionsAdapter"
