"""The endpoints of sessions with tokens of every kind."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from tests.factories import AuthTokenFactory
from tests.sessions.urls import INSTALLED
from token_revocation.adapters import get_adapters
from token_revocation.models import RevokedToken
from token_revocation.services import resolve
from token_revocation.sessions._records import record_session

ADAPTERS = {
    "authtoken": "token_revocation.contrib.authtoken.AuthTokenAdapter",
    "knox": "token_revocation.contrib.knox.KnoxAdapter",
    "oauth2_provider": "token_revocation.contrib.oauth2_provider.OAuth2ProviderAdapter",
    "session": "token_revocation.contrib.sessions.SessionAdapter",
    "stateless": "token_revocation.contrib.simplejwt.SimpleJWTAdapter",
    "simplejwt": "token_revocation.contrib.simplejwt.SimpleJWTAdapter",
}


def log_in_with_authtoken(user):
    return AuthTokenFactory(user=user).key


def log_in_with_knox(user):
    from knox.models import AuthToken

    return AuthToken.objects.create(user=user)[1]


def log_in_with_oauth(user):
    from oauth2_provider.models import AccessToken, Application, RefreshToken

    raw, expires = uuid4().hex, timezone.now() + timedelta(hours=1)
    application, _ = Application.objects.get_or_create(name="Mail client")
    columns = {"user": user, "application": application}
    access = AccessToken.objects.create(token=raw, expires=expires, scope="read write", **columns)
    RefreshToken.objects.create(
        token=f"refresh{raw}", access_token=access, token_family=uuid4(), **columns
    )
    return raw


def log_in_without_refresh_token(user):
    raw = log_in_with_oauth(user)
    from oauth2_provider.models import RefreshToken

    RefreshToken.objects.filter(token=f"refresh{raw}").delete()
    return raw


def log_in_with_jwt(user):
    from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken

    return str(RevocableRefreshToken.for_user(user).access_token)


def log_in_with_stateless_jwt(user):
    return log_in_with_jwt(user)


def log_in_with_browser(user):
    browser = Client()
    browser.force_login(user)
    return browser.session.session_key


LOGINS = [
    ("authtoken", "Token", log_in_with_authtoken),
    ("knox", "Token", log_in_with_knox),
    ("oauth2_provider", "Bearer", log_in_with_oauth),
    ("oauth2_provider", "Bearer", log_in_without_refresh_token),
    ("stateless", "Bearer", log_in_with_stateless_jwt),
    ("session", "", log_in_with_browser),
    ("simplejwt", "Bearer", log_in_with_jwt),
]


class Device:
    """A client with a session of its own."""

    def __init__(self, kind, scheme, raw):
        self.prefix = f"/{kind}"
        self.client = APIClient()
        if scheme:
            self.client.credentials(HTTP_AUTHORIZATION=f"{scheme} {raw}")
        else:
            self.client.cookies["sessionid"] = raw
        self.ref = resolve(raw)

    def request(self, method, path, data=None):
        return getattr(self.client, method)(f"{self.prefix}{path}", data, format="json")

    def list(self):
        return self.request("get", "/sessions/").json()

    def is_logged_in(self):
        return self.request("get", "/protected/").status_code == 200


@pytest.fixture(params=LOGINS, ids=lambda login: login[2].__name__)
def log_in(request, settings, db):
    """Return a function that makes a device of a user, whose session is recorded."""
    kind, scheme, issue = request.param
    if kind not in INSTALLED:
        pytest.skip(f"{kind} is not installed.")
    settings.ROOT_URLCONF = "tests.sessions.urls"
    settings.TOKEN_REVOCATION = {"ADAPTERS": [ADAPTERS[kind]]}

    def make(user, *, recorded=True):
        if kind == "authtoken":  # A user has one token.
            Token.objects.filter(user=user).delete()
        device = Device(kind, scheme, issue(user))
        if recorded:
            record_session(device.ref, using="default")
        return device

    return make


def test_current_session_is_listed(log_in, user):
    device = log_in(user)
    (listed,) = device.list()
    assert (listed["kind"], listed["current"]) == (device.ref.kind, True)


def test_current_session_is_listed_before_it_is_recorded(log_in, user):
    unrecorded = log_in(user, recorded=False)
    (listed,) = unrecorded.list()
    assert listed["current"] is True
    assert unrecorded.request("delete", f"/sessions/{listed['id']}/").status_code == 204
    assert not unrecorded.is_logged_in()


def test_unrecorded_current_session_is_named(log_in, user):
    device = log_in(user, recorded=False)
    path = f"/sessions/{device.list()[0]['id']}/"
    assert device.request("patch", path, {"name": "Work laptop"}).json()["name"] == "Work laptop"
    assert [row["name"] for row in device.list()] == ["Work laptop"]


def test_ended_current_session_is_rejected(log_in, user):
    device = log_in(user)
    path = f"/sessions/{device.list()[0]['id']}/"
    assert device.request("delete", path).status_code == 204
    assert device.request("get", "/sessions/").status_code == 401


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.2")
def test_other_session_is_ended_twice(log_in, user):
    device = log_in(user)
    (before,) = device.list()
    if device.ref.kind == "authtoken":
        pytest.skip("A user has one token.")
    other = log_in(user)
    (listed,) = [row for row in device.list() if not row["current"]]
    assert listed["id"] != before["id"]
    path = f"/sessions/{listed['id']}/"
    assert device.request("delete", path).status_code == 204
    assert not other.is_logged_in()
    revoked = RevokedToken.objects.count()
    assert device.request("delete", path).status_code == 204
    assert RevokedToken.objects.count() == revoked
    assert device.list() == [before]


def test_session_of_another_user_is_not_found(log_in, user, django_user_model):
    device = log_in(user)
    other = log_in(django_user_model.objects.create(username="other"))
    path = f"/sessions/{other.list()[0]['id']}/"
    assert device.request("delete", path).status_code == 404
    assert device.request("patch", path, {"name": "mine"}).status_code == 404
    assert other.is_logged_in()
    assert other.list()[0]["name"] == ""


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.3")
def test_revoke_others_keeps_the_current_session(log_in, user):
    if log_in(user).ref.kind == "authtoken":
        pytest.skip("A user has one token.")
    other, device = log_in(user), log_in(user)
    assert device.request("post", "/sessions/revoke-others/").status_code == 204
    assert device.is_logged_in()
    assert not other.is_logged_in()
    assert [row["current"] for row in device.list()] == [True]


def test_details_are_those_of_oauth(log_in, user):
    (listed,) = log_in(user).list()
    is_oauth = listed["kind"] == "oauth2_provider"
    assert listed["application"] == ("Mail client" if is_oauth else None)
    assert listed["scopes"] == (["read", "write"] if is_oauth else None)


def test_stored_token_is_deleted(log_in, user):
    device = log_in(user)
    if device.ref.subject("session"):
        pytest.skip("The session is more than one token.")
    device.request("delete", f"/sessions/{device.list()[0]['id']}/")
    (adapter,) = get_adapters().values()
    assert list(adapter.active_tokens(user)) == []
    assert RevokedToken.objects.filter(key=device.ref.key).exists()
