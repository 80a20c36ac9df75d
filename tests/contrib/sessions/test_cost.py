"""What the check costs: nothing where the user is not read."""

from __future__ import annotations

import pytest
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from tests.contrib.sessions.browsers import MIDDLEWARE, copy_of, log_in
from tests.contrib.sessions.conftest import SETTINGS
from token_revocation import _observed_uses, services
from token_revocation.contrib.sessions import RevocationMiddleware, SessionAdapter
from token_revocation.models import TokenLifetime
from token_revocation.stores import get_store
from token_revocation.stores._lifetimes import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_middleware(settings):
    """Remove the middleware, as a callable."""

    def remove():
        settings.MIDDLEWARE = [path for path in settings.MIDDLEWARE if path != MIDDLEWARE]

    return remove


def count_queries(browser, path):
    with CaptureQueriesContext(connection) as queries:
        assert copy_of(browser).get(path).status_code == 200  # With the middleware of now.
    return len(queries)


def test_page_that_does_not_read_the_user_costs_nothing(browser):
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get("/public/")
    assert (len(queries), answer.get("Vary")) == (0, None)
    assert answer.wsgi_request.session.accessed is False


def test_page_with_the_user_makes_one_query_more(browser, without_middleware):
    checked = count_queries(browser, "/page/")
    without_middleware()
    assert checked == count_queries(browser, "/page/") + 1


@pytest.mark.parametrize("path", ["/page/", "/protected/", "/async/"])
def test_store_in_memory_makes_no_query_more(settings, user, without_middleware, path):
    settings.TOKEN_REVOCATION = {
        **SETTINGS,
        "STORE": "token_revocation.stores.snapshot.SnapshotStore",
        "STORE_OPTIONS": {"background": False, "refresh_every": 60},
    }
    services.revoke_all(user)
    browser = log_in(user)
    get_store().refresh()
    checked = count_queries(browser, path)
    without_middleware()
    settings.TOKEN_REVOCATION = SETTINGS
    expected = count_queries(browser, path) - (path == "/protected/")
    assert checked == expected


def test_api_request_is_checked_once(browser):
    with CaptureQueriesContext(connection) as queries:
        assert browser.get("/protected/").status_code == 200
    checks = [q for q in queries.captured_queries if "revokedtoken" in q["sql"]]
    assert len(checks) == 1


def test_use_is_observed_once(browser, monkeypatch):
    observed = []
    monkeypatch.setattr(_observed_uses, "_observers", [lambda *args: observed.append(args)])
    for path in ("/page/", "/protected/"):
        browser.get(path)
    assert [token.kind for token, _ in observed] == [SessionAdapter.kind] * 2


def test_lazy_user_contains_no_other_lazy_object(browser, user):
    request = browser.get("/page/").wsgi_request
    assert request.user == user
    assert type(vars(request.user)["_wrapped"]) is type(user)


def test_user_that_other_middleware_has_read_is_checked(browser, user):
    session = browser.get("/page/").wsgi_request.session
    services.revoke_all(user)
    request = RequestFactory().get("/")
    request.session, request.user = session, user
    RevocationMiddleware(lambda request: HttpResponse())(request)
    assert not request.user.is_authenticated


def test_lazy_user_that_other_middleware_has_read_is_read_once(browser, user):
    request = RequestFactory().get("/")
    request.session = browser.get("/page/").wsgi_request.session
    AuthenticationMiddleware(lambda request: HttpResponse()).process_request(request)
    assert request.user == user
    RevocationMiddleware(lambda request: HttpResponse())(request)
    with CaptureQueriesContext(connection) as queries:
        assert request.user == user
    assert user._meta.db_table not in " ".join(query["sql"] for query in queries)


def test_lifetime_in_the_settings_is_recorded_once(browser, django_capture_on_commit_callbacks):
    record({SessionAdapter.kind: SessionAdapter().lifetime}, "default")
    with django_capture_on_commit_callbacks(execute=True):
        browser.get("/page/")
    assert TokenLifetime.objects.filter(kind=SessionAdapter.kind).count() == 1
