"""Settings of a project with allauth for apps and browsers, as the recipe says."""

from __future__ import annotations

from tests.checks.package_settings import *  # noqa: F403
from tests.recipes.settings import MIDDLEWARE  # noqa: F401

ROOT_URLCONF = "tests.contrib.allauth.session_cases"
LOGIN_REDIRECT_URL = "/page/"
HEADLESS_CLIENTS = ("app", "browser")
ACCOUNT_RATE_LIMITS = False
TOKEN_REVOCATION = {
    "ADAPTERS": [
        "token_revocation.contrib.allauth.AllauthAdapter",
        "token_revocation.contrib.sessions.SessionAdapter",
    ],
}
