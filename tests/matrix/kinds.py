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
    from oauth2_provider.models import Application

    owned = {"client_type": "confidential", "authorization_grant_type": "password"}
    if not Application.objects.filter(client_id=CLIENT).exists():
        Application.objects.create(client_id=CLIENT, client_secret=SECRET, **owned)
    asked = {"username": user.username, "password": PASSWORD, "scope": "read"}
    return ask_for_tokens(grant_type="password", **asked).json()


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


def oauth2(log_in):
    return Kind(
        adapter="token_revocation.contrib.oauth2_provider.OAuth2ProviderAdapter",
        authentication="token_revocation.contrib.oauth2_provider.RevocableOAuth2Authentication",
        log_in=log_in,
        refresh=refresh_authorization,
        package="oauth2_provider",
    )


def jwt(log_in, authentication="RevocableJWTAuthentication", path="token/refresh/", name="refresh"):
    return Kind(
        adapter="token_revocation.contrib.simplejwt.SimpleJWTAdapter",
        authentication=f"token_revocation.contrib.simplejwt.{authentication}",
        log_in=log_in,
        refresh=lambda raw: APIClient().post(f"/api/{path}", {name: raw}),
        verify="/api/token/verify/",
        package="rest_framework_simplejwt",
    )


KINDS = {
    "authtoken": Kind(
        adapter="token_revocation.contrib.authtoken.AuthTokenAdapter",
        authentication="token_revocation.contrib.authtoken.RevocableTokenAuthentication",
        log_in=authtoken,
        scheme="Token",
    ),
    "simplejwt, access token": jwt(access),
    "simplejwt, access token, stateless": jwt(access, "RevocableJWTStatelessUserAuthentication"),
    "simplejwt, refresh token": jwt(refresh),
    "simplejwt, sliding token": jwt(sliding, path="token/sliding/refresh/", name="token"),
    "knox": Kind(
        adapter="token_revocation.contrib.knox.KnoxAdapter",
        authentication="token_revocation.contrib.knox.RevocableKnoxAuthentication",
        log_in=knox,
        scheme="Token",
        package="knox",
    ),
    "oauth2_provider, access token": oauth2(oauth2_access),
    "oauth2_provider, refresh token": oauth2(oauth2_refresh),
}
