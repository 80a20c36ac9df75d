"""The kinds of token, and what a client of each holds. A kind is one entry in ``KINDS``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlencode

from rest_framework.test import APIClient

PASSWORD = "correct horse"


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a login gave."""

    api: str
    """Authenticates calls of the API."""
    presented: str
    """Is what the client logs out with."""
    refresh: str = ""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A column of the matrix."""

    adapter: str
    authentication: str
    log_in: Callable[[Any], Held]
    scheme: str = "Bearer"
    refresh: Callable[[str], Any] | None = None
    """The answer of the endpoint that refreshes."""
    verify: str = ""
    """Path of the endpoint that verifies."""
    page: str = ""
    """Path of the tokens' list in the admin."""
    package: str = "rest_framework"

    @property
    def is_here(self) -> bool:
        return find_spec(self.package) is not None


def authtoken(user):
    answer = APIClient().post(
        "/authtoken/login/", {"username": user.username, "password": PASSWORD}
    )
    raw = answer.json()["token"]
    return Held(api=raw, presented=raw)


def knox(user):
    from knox.models import AuthToken

    raw = AuthToken.objects.create(user=user)[1]
    return Held(api=raw, presented=raw)


def pair(user):
    credentials = {"username": user.username, "password": PASSWORD}
    return APIClient().post("/api/token/", credentials).json()


def access(user):
    given = pair(user)
    return Held(api=given["access"], presented=given["access"], refresh=given["refresh"])


def refresh(user):
    given = pair(user)
    return Held(api=given["access"], presented=given["refresh"], refresh=given["refresh"])


def sliding(user):
    credentials = {"username": user.username, "password": PASSWORD}
    raw = APIClient().post("/api/token/sliding/", credentials).json()["token"]
    return Held(api=raw, presented=raw, refresh=raw)


CLIENT, SECRET = "matrix", "a secret that is known"


def authorization(user):
    client(authorization_grant_type="password")
    asked = {"username": user.username, "password": PASSWORD, "scope": "read"}
    return ask_for_tokens(grant_type="password", **asked).json()


def client(**columns):
    """The one there is; the matrix has several logins of a user."""
    from oauth2_provider.models import Application

    if not Application.objects.filter(client_id=CLIENT).exists():
        owned = {"client_id": CLIENT, "client_secret": SECRET, "client_type": "confidential"}
        Application.objects.create(**owned, **columns)


def ask_for_tokens(**asked):
    """Answer to the client, which authenticates in the body (RFC 6749, section 2.3.1)."""
    body = urlencode({"client_id": CLIENT, "client_secret": SECRET, **asked})
    return APIClient().post("/o/token/", body, content_type="application/x-www-form-urlencoded")


def refresh_authorization(raw):
    return ask_for_tokens(grant_type="refresh_token", refresh_token=raw)


def oauth2_access(user):
    given = authorization(user)
    raw = given["access_token"]
    return Held(api=raw, presented=raw, refresh=given["refresh_token"])


def oauth2_refresh(user):
    given = authorization(user)
    raw = given["refresh_token"]
    return Held(api=given["access_token"], presented=raw, refresh=raw)


def oauth2_id_token(user):
    from django.test import Client

    from tests.contrib.oauth2_provider.openid import CLIENT as SIGNING_IN
    from tests.contrib.oauth2_provider.openid import authorize

    browser = Client()
    browser.force_login(user)
    client(**SIGNING_IN)
    given = ask_for_tokens(**authorize(browser, CLIENT)).json()
    raw = given["id_token"]
    return Held(api=raw, presented=raw, refresh=given["refresh_token"])


def oauth2(log_in, model):
    return Kind(
        adapter="token_revocation.contrib.oauth2_provider.OAuth2ProviderAdapter",
        authentication="token_revocation.contrib.oauth2_provider.RevocableOAuth2Authentication",
        log_in=log_in,
        refresh=refresh_authorization,
        page=f"/admin/oauth2_provider/{model}/",
        package="oauth2_provider",
    )


OUTSTANDING = "/admin/token_blacklist/outstandingtoken/"


def jwt(
    log_in,
    authentication="RevocableJWTAuthentication",
    path="token/refresh/",
    name="refresh",
    page="",
):
    return Kind(
        adapter="token_revocation.contrib.simplejwt.SimpleJWTAdapter",
        authentication=f"token_revocation.contrib.simplejwt.{authentication}",
        log_in=log_in,
        refresh=lambda raw: APIClient().post(f"/api/{path}", {name: raw}),
        verify="/api/token/verify/",
        page=page,
        package="rest_framework_simplejwt",
    )


KINDS = {
    "authtoken": Kind(
        adapter="token_revocation.contrib.authtoken.AuthTokenAdapter",
        authentication="token_revocation.contrib.authtoken.RevocableTokenAuthentication",
        log_in=authtoken,
        scheme="Token",
        page="/admin/authtoken/tokenproxy/",
    ),
    "simplejwt, access token": jwt(access),
    "simplejwt, access token, stateless": jwt(access, "RevocableJWTStatelessUserAuthentication"),
    "simplejwt, refresh token": jwt(refresh, page=OUTSTANDING),
    "simplejwt, sliding token": jwt(
        sliding, path="token/sliding/refresh/", name="token", page=OUTSTANDING
    ),
    "knox": Kind(
        adapter="token_revocation.contrib.knox.KnoxAdapter",
        authentication="token_revocation.contrib.knox.RevocableKnoxAuthentication",
        log_in=knox,
        scheme="Token",
        page="/admin/knox/authtoken/",
        package="knox",
    ),
    "oauth2_provider, access token": oauth2(oauth2_access, "accesstoken"),
    "oauth2_provider, refresh token": oauth2(oauth2_refresh, "refreshtoken"),
    "oauth2_provider, ID token": oauth2(oauth2_id_token, "idtoken"),
}
