"""Logout by clients that have a Django session or send a password."""

from __future__ import annotations

import pytest
from django.urls import include, path
from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.test import APIClient

from tests.urls import ProtectedView
from token_revocation import services, views
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.models import RevokedToken, TokenCutoff

CLASSES = [SessionAuthentication, BasicAuthentication, RevocableTokenAuthentication]

urlpatterns = [
    path("logout/", views.LogoutView.as_view(authentication_classes=CLASSES)),
    path("logout/all/", views.LogoutAllView.as_view(authentication_classes=CLASSES)),
    path("tokens/", views.TokenListView.as_view(authentication_classes=CLASSES)),
    path("protected/", ProtectedView.as_view(authentication_classes=CLASSES)),
    path("auth/", include("token_revocation.urls")),
]


@pytest.fixture(autouse=True)
def _urls(settings):
    settings.ROOT_URLCONF = __name__
    settings.TOKEN_REVOCATION = {"TOKEN_COOKIES": {"refresh": {"path": "/"}}}


@pytest.fixture
def browser(user):
    """A browser with a session and without a CSRF token."""
    made = APIClient(enforce_csrf_checks=True)
    made.force_login(user)
    return made


def is_revoked(token):
    return services.is_revoked(AuthTokenAdapter().identify(token))


def test_token_in_the_body_is_revoked_despite_a_session(browser, token):
    assert browser.post("/logout/", {"refresh": token.key}).status_code == 204
    assert is_revoked(token)


def test_token_in_a_cookie_is_revoked_despite_a_session(browser, token):
    browser.cookies["refresh"] = token.key
    answer = browser.post("/logout/")
    assert (answer.status_code, answer.cookies["refresh"].value) == (204, "")
    assert is_revoked(token)


def test_token_in_the_header_is_revoked_despite_a_session(browser, token):
    browser.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
    assert browser.post("/logout/").status_code == 204
    assert is_revoked(token)


@pytest.mark.parametrize("call", [("post", "/logout/all/"), ("get", "/tokens/")])
def test_token_in_the_header_authenticates_despite_a_session(browser, token, call):
    method, path = call
    browser.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
    assert getattr(browser, method)(path).status_code in {200, 204}
    assert is_revoked(token) is (method == "post")


def test_session_does_not_replace_a_revoked_token(browser, token):
    services.revoke(AuthTokenAdapter().identify(token))
    browser.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
    answer = browser.post("/logout/all/")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")


def test_session_without_csrf_token_is_403(browser):
    assert browser.post("/logout/").status_code == 403


@pytest.mark.parametrize("path", ["/logout/", "/logout/all/"])
def test_session_without_a_token_is_400(user, token, path):
    client = APIClient()
    client.force_login(user)
    answer = client.post(path)
    assert (answer.status_code, answer.json()["code"]) == (400, "no_token_presented")
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()
    assert client.get("/protected/").status_code == 200


def test_password_without_a_token_is_400(user):
    client = APIClient(HTTP_AUTHORIZATION="Basic " + basic(user))
    answer = client.post("/logout/")
    assert (answer.status_code, answer.json()["code"]) == (400, "no_token_presented")


def basic(user):
    from base64 import b64encode

    return b64encode(f"{user.username}:correct horse".encode()).decode()


@pytest.mark.parametrize("header", [{}, {"HTTP_AUTHORIZATION": "Token unknown"}])
def test_logout_without_credentials_is_204(db, header):
    assert APIClient(**header).post("/logout/").status_code == 204
