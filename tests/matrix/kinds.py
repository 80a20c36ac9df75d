"""The kinds of token, and how a client gets tokens of each: one entry in ``KINDS`` per kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from rest_framework.test import APIClient

PASSWORD = "correct horse"


@dataclass(frozen=True, kw_only=True)
class IssuedTokens:
    """The raw tokens that a login issues."""

    api: str
    """Authenticates API requests."""
    presented: str
    """Sent to log out and to revoke."""
    refresh: str = ""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of token: a chapter of the matrix."""

    adapter: str
    authentication: str
    log_in: Callable[[Any], IssuedTokens]
    scheme: str = "Bearer"
    refresh: Callable[[str], Any] | None = None
    """Sends a refresh token to the refresh endpoint, and returns the response."""
    verify: str = ""
    """Path of the endpoint that verifies tokens."""
    admin_path: str = ""
    """Path of the changelist of these tokens in the admin."""
    package: str = "rest_framework"
    cookie: str = ""
    """Name of the cookie that contains the token; by default it is in a header."""
    is_listed: bool = True
    """Whether introspection and ``GET tokens/`` support the kind."""

    @property
    def is_installed(self) -> bool:
        return find_spec(self.package) is not None


def authtoken(user):
    answer = APIClient().post(
        "/authtoken/login/", {"username": user.username, "password": PASSWORD}
    )
    raw = answer.json()["token"]
    return IssuedTokens(api=raw, presented=raw)


def knox(user):
    from knox.models import AuthToken

    raw = AuthToken.objects.create(user=user)[1]
    return IssuedTokens(api=raw, presented=raw)


def obtain_pair(user):
    credentials = {"username": user.username, "password": PASSWORD}
    return APIClient().post("/api/token/", credentials).json()


def access(user):
    body = obtain_pair(user)
    return IssuedTokens(api=body["access"], presented=body["access"], refresh=body["refresh"])


def refresh(user):
    body = obtain_pair(user)
    return IssuedTokens(api=body["access"], presented=body["refresh"], refresh=body["refresh"])


def sliding(user):
    credentials = {"username": user.username, "password": PASSWORD}
    raw = APIClient().post("/api/token/sliding/", credentials).json()["token"]
    return IssuedTokens(api=raw, presented=raw, refresh=raw)


def browser_session(user):
    browser = Client()
    assert browser.login(username=user.username, password=PASSWORD)
    raw = browser.cookies["sessionid"].value
    return IssuedTokens(api=raw, presented=raw)


CLIENT, SECRET = "matrix", "a secret that is known"


def password_grant(user):
    ensure_client(authorization_grant_type="password")
    parameters = {"username": user.username, "password": PASSWORD, "scope": "read"}
    return request_tokens(grant_type="password", **parameters).json()


def ensure_client(**columns):
    """Create the one OAuth client, unless it exists."""
    from oauth2_provider.models import Application

    if not Application.objects.filter(client_id=CLIENT).exists():
        owned = {"client_id": CLIENT, "client_secret": SECRET, "client_type": "confidential"}
        Application.objects.create(**owned, **columns)


def request_tokens(**parameters):
    """Request tokens as the client, authenticated in the body (RFC 6749, section 2.3.1)."""
    body = urlencode({"client_id": CLIENT, "client_secret": SECRET, **parameters})
    return APIClient().post("/o/token/", body, content_type="application/x-www-form-urlencoded")


def refresh_grant(raw):
    return request_tokens(grant_type="refresh_token", refresh_token=raw)


def oauth2_access(user):
    body = password_grant(user)
    raw = body["access_token"]
    return IssuedTokens(api=raw, presented=raw, refresh=body["refresh_token"])


def oauth2_refresh(user):
    body = password_grant(user)
    raw = body["refresh_token"]
    return IssuedTokens(api=body["access_token"], presented=raw, refresh=raw)


def oauth2_id_token(user):
    from tests.contrib.oauth2_provider.openid import CLIENT as OPENID_CLIENT
    from tests.contrib.oauth2_provider.openid import authorize

    browser = Client()
    browser.force_login(user)
    ensure_client(**OPENID_CLIENT)
    body = request_tokens(**authorize(browser, CLIENT)).json()
    raw = body["id_token"]
    return IssuedTokens(api=raw, presented=raw, refresh=body["refresh_token"])


def oauth2(log_in, model):
    return Kind(
        adapter="token_revocation.contrib.oauth2_provider.OAuth2ProviderAdapter",
        authentication="token_revocation.contrib.oauth2_provider.RevocableOAuth2Authentication",
        log_in=log_in,
        refresh=refresh_grant,
        admin_path=f"/admin/oauth2_provider/{model}/",
        package="oauth2_provider",
    )


OUTSTANDING = "/admin/token_blacklist/outstandingtoken/"


def jwt(
    log_in,
    authentication="RevocableJWTAuthentication",
    path="token/refresh/",
    parameter="refresh",
    admin_path="",
):
    return Kind(
        adapter="token_revocation.contrib.simplejwt.SimpleJWTAdapter",
        authentication=f"token_revocation.contrib.simplejwt.{authentication}",
        log_in=log_in,
        refresh=lambda raw: APIClient().post(f"/api/{path}", {parameter: raw}),
        verify="/api/token/verify/",
        admin_path=admin_path,
        package="rest_framework_simplejwt",
    )


KINDS = {
    "authtoken": Kind(
        adapter="token_revocation.contrib.authtoken.AuthTokenAdapter",
        authentication="token_revocation.contrib.authtoken.RevocableTokenAuthentication",
        log_in=authtoken,
        scheme="Token",
        admin_path="/admin/authtoken/tokenproxy/",
    ),
    "simplejwt, access token": jwt(access),
    "simplejwt, access token, stateless": jwt(access, "RevocableJWTStatelessUserAuthentication"),
    "simplejwt, refresh token": jwt(refresh, admin_path=OUTSTANDING),
    "simplejwt, sliding token": jwt(
        sliding, path="token/sliding/refresh/", parameter="token", admin_path=OUTSTANDING
    ),
    "knox": Kind(
        adapter="token_revocation.contrib.knox.KnoxAdapter",
        authentication="token_revocation.contrib.knox.RevocableKnoxAuthentication",
        log_in=knox,
        scheme="Token",
        admin_path="/admin/knox/authtoken/",
        package="knox",
    ),
    "oauth2_provider, access token": oauth2(oauth2_access, "accesstoken"),
    "oauth2_provider, refresh token": oauth2(oauth2_refresh, "refreshtoken"),
    "oauth2_provider, ID token": oauth2(oauth2_id_token, "idtoken"),
    "browser session": Kind(
        adapter="token_revocation.contrib.sessions.SessionAdapter",
        authentication="token_revocation.contrib.sessions.RevocableSessionAuthentication",
        log_in=browser_session,
        cookie="sessionid",
        is_listed=False,
    ),
}
