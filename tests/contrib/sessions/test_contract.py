"""The contracts of adapters and authentication classes, for sessions."""

from __future__ import annotations

import pytest
from django.contrib.auth import login
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import TestCase
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from token_revocation.authentication import current_token
from token_revocation.contrib.sessions import (
    RevocableSessionAuthentication,
    RevocationMiddleware,
    SessionAdapter,
)
from token_revocation.exceptions import NotRevocable, TokenMissingIdentifier
from token_revocation.testing import AuthenticationContract
from token_revocation.testing.authentication import WhoAmIView


class SessionContract(AuthenticationContract):
    adapter = SessionAdapter()
    authentication = RevocableSessionAuthentication
    scheme = "Session"
    lists_tokens = False

    def issue(self, user):
        request = HttpRequest()
        request.session = SessionStore()
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        request.session.save()
        return request.session.session_key, request.session

    def request(self, raw):
        view = WhoAmIView.as_view(authentication_classes=[self.authentication])
        request = APIRequestFactory().get("/")
        request.COOKIES["sessionid"] = raw
        return SessionMiddleware(AuthenticationMiddleware(self.wrap(view)))(request)

    def wrap(self, view):
        return view


class TestWithoutMiddleware(SessionContract, TestCase):
    pass


class TestWithMiddleware(SessionContract, TestCase):
    def wrap(self, view):
        return RevocationMiddleware(view)

    def test_database_failure_is_503_with_retry_after(self):
        """The middleware reads the user outside of the view; see test_outage.py."""


class ProjectsAuthentication(RevocableSessionAuthentication):
    """A class of a project, which returns the session as ``request.auth``."""

    def authenticate(self, request):
        result = super().authenticate(request)
        return result and (result[0], request._request.session)


class TestProjectsSubclass(TestWithMiddleware):
    authentication = ProjectsAuthentication


@pytest.mark.parametrize(
    "raw", ["", "x", "a" * 32, "é" * 32, "a" * 31 + "\x00", "a.b:c", "." * 999]
)
@pytest.mark.django_db
def test_unknown_cookie_is_no_session(engine, raw):
    assert SessionAdapter().resolve(raw) is None


@pytest.mark.django_db
def test_session_without_a_user_is_not_revocable(engine, client):
    client.session["basket"] = 1
    assert SessionAdapter().resolve(client.session.session_key or "x") is None
    with pytest.raises(NotRevocable):
        SessionAdapter().identify(client.session)


def test_user_without_a_session_is_rejected(user):
    request = APIRequestFactory().get("/")
    request.user, request.session = user, SessionStore()
    with pytest.raises(TokenMissingIdentifier):
        RevocableSessionAuthentication().authenticate(Request(request))


def test_current_token_is_the_session(browser, user):
    django_request = browser.get("/page/").wsgi_request
    request = Request(django_request, authenticators=[RevocableSessionAuthentication()])
    assert (request.user, request.auth) == (user, None)
    assert current_token(request) == SessionAdapter().identify(django_request.session)
    assert IsAuthenticated().has_permission(request, None)


def test_csrf_token_is_required(browser):
    django_request = browser.get("/page/").wsgi_request
    django_request.method = "POST"
    django_request.csrf_processing_done = django_request._dont_enforce_csrf_checks = False
    with pytest.raises(PermissionDenied, match="CSRF"):
        RevocableSessionAuthentication().authenticate(Request(django_request))


def test_middleware_in_the_wrong_place_is_an_error():
    with pytest.raises(ImproperlyConfigured, match="after AuthenticationMiddleware"):
        RevocationMiddleware(WhoAmIView.as_view())(HttpRequest())


def test_middleware_accepts_a_user_without_an_async_reader(user):
    request = HttpRequest()
    request.user, request.session = user, SessionStore()
    RevocationMiddleware(lambda request: HttpResponse())(request)
    assert request.user == user  # Not authenticated by the session, so not checked.
    assert not hasattr(request, "auser")
