"""Login endpoints of other packages, at the URLs of the recipes."""

from __future__ import annotations

from rest_framework.test import APIClient

from tests.matrix.kinds import PASSWORD

ALLAUTH = "token_revocation.contrib.allauth.strategies"
ALLAUTH_LOGIN = "/_allauth/app/v1/auth/login"

PACKAGE_LOGINS = {
    "allauth, JWT": ALLAUTH_LOGIN,
    "allauth, session": ALLAUTH_LOGIN,
    "dj-rest-auth, JWT": "/dj-rest-auth/login/",
    "djoser, JWT": "/djoser/auth/jwt/create/",
}


def make_login(logins, name, settings):
    """Return a function that logs in at the endpoint ``name`` of ``logins``."""
    if name == "allauth, session":
        settings.HEADLESS_TOKEN_STRATEGY = f"{ALLAUTH}.RevocableSessionTokenStrategy"

    def post(user):
        return APIClient().post(logins[name], {"username": user.username, "password": PASSWORD})

    return post
