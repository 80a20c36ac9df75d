"""Logins at the endpoints of each kind, for the limit on the number of sessions."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import pytest
from django.test import Client
from django.urls import include, path
from rest_framework.authentication import BasicAuthentication
from rest_framework.authtoken.views import obtain_auth_token
from rest_framework.test import APIClient

from tests.contrib.oauth2_provider.conftest import VALIDATOR
from tests.matrix.kinds import CLIENT, PASSWORD, ensure_client, request_tokens

CONTRIB = "token_revocation.contrib"
AUTHTOKEN = f"{CONTRIB}.authtoken.AuthTokenAdapter"
KNOX = f"{CONTRIB}.knox.KnoxAdapter"
SIMPLEJWT = f"{CONTRIB}.simplejwt.SimpleJWTAdapter"
OAUTH = f"{CONTRIB}.oauth2_provider.OAuth2ProviderAdapter"

FORBIDDEN, DENIED = (403, "too_many_sessions"), (400, "access_denied")


@dataclass(frozen=True, kw_only=True)
class Login:
    """A login endpoint."""

    adapter: str
    post: Callable[[Any], Any]
    """Logs a user in, and returns the response."""
    package: str = "rest_framework"
    rejection: tuple[int, str] = FORBIDDEN
    """Status and code of the response to a login beyond the limit."""
    reuses_token: bool = False
    """Whether each login of a user belongs to the same session."""

    def configure(self, settings):
        if find_spec(self.package) is None:
            pytest.skip(f"{self.package} is not installed.")
        settings.ROOT_URLCONF = tuple(urlpatterns())
        settings.TOKEN_REVOCATION = {"ADAPTERS": [self.adapter]}
        settings.OAUTH2_PROVIDER = {
            "OAUTH2_VALIDATOR_CLASS": VALIDATOR,
            "ALWAYS_RELOAD_OAUTHLIB_CORE": True,
            "PKCE_REQUIRED": False,
            "SCOPES": {"read": "Read"},
        }


def urlpatterns():
    yield path("auth/", include("token_revocation.urls"))
    yield path("drf/", obtain_auth_token)
    if find_spec("knox"):
        from knox.views import LoginView

        from token_revocation.contrib.knox.views import RevocableLoginView

        for name, view in {"knox": LoginView, "ours/knox": RevocableLoginView}.items():
            classes = [BasicAuthentication]
            yield path(f"{name}/", view.as_view(authentication_classes=classes))
    if find_spec("rest_framework_simplejwt"):
        yield path("api/", include(f"{CONTRIB}.simplejwt.urls"))
    if find_spec("oauth2_provider"):
        yield path("o/", include(f"{CONTRIB}.oauth2_provider.urls"))


def credentials(address):
    """Return a function that posts name and password."""

    def post(user):
        body = {"username": user.username, "password": PASSWORD}
        basic = base64.b64encode(":".join(body.values()).encode()).decode()
        return APIClient().post(address, body, headers={"Authorization": f"Basic {basic}"})

    return post


def password_grant(user):
    ensure_client(authorization_grant_type="password")
    form = {"username": user.username, "password": PASSWORD, "scope": "read"}
    return request_tokens(grant_type="password", **form)


def code_grant(user):
    from tests.contrib.oauth2_provider import openid

    ensure_client(**{**openid.CLIENT, "algorithm": ""})
    browser = Client()
    browser.force_login(user)
    return request_tokens(**openid.authorize(browser, CLIENT, scope="read"))


def oauth(post):
    return Login(adapter=OAUTH, post=post, package="oauth2_provider", rejection=DENIED)


def knox(address):
    return Login(adapter=KNOX, post=credentials(address), package="knox")


def jwt(address):
    package = "rest_framework_simplejwt"
    return Login(adapter=SIMPLEJWT, post=credentials(address), package=package)


def drf(address):
    return Login(adapter=AUTHTOKEN, post=credentials(address), reuses_token=True)


LOGINS = {
    "login/, authtoken": drf("/auth/login/"),
    "DRF's view": drf("/drf/"),
    "login/, knox": knox("/auth/login/"),
    "our view of knox": knox("/ours/knox/"),
    "knox's view": knox("/knox/"),
    "simplejwt, pair": jwt("/api/token/"),
    "simplejwt, sliding": jwt("/api/token/sliding/"),
    "OAuth, password": oauth(password_grant),
    "OAuth, code": oauth(code_grant),
}
