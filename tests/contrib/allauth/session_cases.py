"""Tests of allauth for apps and browsers, which ``test_allauth.py`` runs in a subprocess."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.urls import include, path
from rest_framework.test import APIClient

from tests.contrib.allauth.cases import API, BY_JWT, BY_SESSION, App, deactivate
from tests.contrib.sessions.browsers import copy_of
from tests.contrib.sessions.urls import page
from tests.factories import UserFactory
from tests.urls import ProtectedView
from token_revocation import services
from token_revocation.clock import now
from token_revocation.contrib.allauth import AllauthAdapter
from token_revocation.contrib.sessions import RevocableSessionAuthentication
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import TokenCutoff
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import active_sessions
from token_revocation.views import LogoutAllView, LogoutView

pytestmark = pytest.mark.django_db

BROWSER_API = "/_allauth/browser/v1"
LOGIN_API, LOGIN_PAGE = f"{BROWSER_API}/auth/login", "/accounts/login/"
BY_COOKIE = {"authentication_classes": [RevocableSessionAuthentication]}

urlpatterns = [
    path("_allauth/", include("allauth.headless.urls")),
    path("accounts/", include("allauth.urls")),
    path("page/", page),
    path("jwt/", ProtectedView.as_view(**BY_JWT)),
    path("session/", ProtectedView.as_view(**BY_SESSION)),
    path("cookie/", ProtectedView.as_view(**BY_COOKIE)),
    path("logout/", LogoutView.as_view(**BY_JWT)),
    path("logout/session/", LogoutView.as_view(**BY_SESSION)),
    path("logout/cookie/", LogoutView.as_view(**BY_COOKIE)),
    path("logout/all/", LogoutAllView.as_view(**BY_COOKIE)),
]


def log_in(user, path=LOGIN_API):
    """Return a browser that has logged in at allauth's API or at its page."""
    browser = APIClient()
    name = "login" if path == LOGIN_PAGE else "username"
    credentials = {name: user.username, "password": "correct horse"}
    answer = browser.post(path, credentials, format="multipart" if name == "login" else "json")
    assert answer.status_code in (200, 302), answer.content
    return browser


def is_logged_in(browser):
    """Return whether page, API and allauth's page and API accept the session; they must agree."""
    paths = ("/page/", "/cookie/", "/accounts/email/", f"{BROWSER_API}/auth/session")
    accepted = {copy_of(browser).get(path).status_code == 200 for path in paths}
    assert len(accepted) == 1, accepted
    return accepted.pop()


def accepts(app):
    """Return whether all tokens of ``app`` are accepted; they must agree."""
    accepted = {status == 200 for status in app.statuses()}
    assert len(accepted) == 1, app.statuses()
    return accepted.pop()


@pytest.fixture
def app(user):
    return App(user)


@pytest.fixture(params=[LOGIN_API, LOGIN_PAGE])
def browser(request, user):
    return log_in(user, request.param)


def test_each_login_is_one_session(app, browser, user):
    assert is_logged_in(browser)
    assert accepts(app)
    assert [row.kind for row in active_sessions(user)] == ["session"] * 2


def test_all_tokens_of_an_app_name_the_row_of_its_session(app):
    (row,) = TokenSession.objects.all()
    for raw in (app.session, app.access, app.refresh_token):
        assert services.resolve(raw).subject("session").id == str(row.pk)


def test_end_of_the_lifetime_ends_all_tokens_of_an_app(app, settings):
    assert accepts(app)
    settings.TOKEN_REVOCATION = {
        **settings.TOKEN_REVOCATION,
        "SESSION_LIFETIME": timedelta(microseconds=1),
    }
    assert not accepts(app)


EVERYWHERE = {
    "revoke_all": lambda browser, user: services.revoke_all(user),
    "logout/all/": lambda browser, user: copy_of(browser).post("/logout/all/"),
    "revoke_everyone": lambda browser, user: services.revoke_everyone(),
    "deactivation": lambda browser, user: deactivate(user),
    "reactivation": lambda browser, user: reactivate(user),
}


def reactivate(user):
    deactivate(user)
    user.is_active = True
    user.save()


@pytest.mark.parametrize("revoke", EVERYWHERE.values(), ids=EVERYWHERE)
def test_browsers_and_apps_are_logged_out_everywhere(app, browser, user, revoke):
    revoke(browser, user)
    assert not is_logged_in(browser)
    assert not accepts(app)


def end_own_sessions(browser):
    ids = list(UserSession.objects.values_list("pk", flat=True))
    browser.delete(f"{BROWSER_API}/auth/sessions", {"sessions": ids}, format="json")


BROWSER_LOGOUTS = {
    "headless": lambda browser: browser.delete(f"{BROWSER_API}/auth/session"),
    "page": lambda browser: browser.post("/accounts/logout/"),
    "logout/": lambda browser: browser.post("/logout/cookie/"),
    "usersessions": end_own_sessions,
}


@pytest.mark.parametrize("log_out", BROWSER_LOGOUTS.values(), ids=BROWSER_LOGOUTS)
def test_logout_of_a_browser_ends_its_session(browser, log_out, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        log_out(copy_of(browser))
    assert not is_logged_in(browser)
    assert TokenSession.objects.get().end_reason == "logout"


APP_LOGOUTS = {
    "headless": lambda app: app.by_session(f"{API}/auth/session", "delete"),
    "headless, by JWT": lambda app: app.by_jwt(f"{API}/auth/session", "delete"),
    "logout/, by session token": lambda app: app.by_session("/logout/session/", "post"),
    "logout/, by JWT": lambda app: app.by_jwt("/logout/", "post"),
    "refresh token": lambda app: services.log_out(services.resolve(app.refresh_token)),
}


@pytest.mark.parametrize("log_out", APP_LOGOUTS.values(), ids=APP_LOGOUTS)
def test_logout_of_an_app_ends_its_session(app, user, log_out, django_capture_on_commit_callbacks):
    other = App(user)
    with django_capture_on_commit_callbacks(execute=True):
        log_out(app)
    assert not accepts(app)
    assert accepts(other)
    assert TokenSession.objects.filter(ended_at=None).count() == 1


def test_session_of_an_app_lives_on_with_each_refresh(settings, user):
    settings.SESSION_COOKIE_AGE = 1000
    app = App(user)
    for seconds in (600, 1200, 1210):
        with time_machine.travel(now() + timedelta(seconds=seconds)):
            pair = app.refresh().json()["data"]
            app.access, app.refresh_token = pair["access_token"], pair["refresh_token"]
            assert app.by_session(f"{API}/auth/session").status_code == 200
    services.revoke_all(user)
    assert not accepts(app)


NEW_PASSWORD = "a b staple 7"


def change_password(client, prefix, **headers):
    body = {"current_password": "correct horse", "new_password": NEW_PASSWORD}
    path = f"{prefix}/account/password/change"
    return client.post(path, body, format="json", headers=headers)


@pytest.mark.parametrize("is_logged_out", [False, True])
def test_password_change_keeps_only_the_browser_that_allauth_keeps(
    app, browser, user, settings, is_logged_out
):
    settings.ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = is_logged_out
    current = copy_of(browser)
    change_password(current, BROWSER_API)
    assert is_logged_in(current) is not is_logged_out
    assert not is_logged_in(browser)
    assert not accepts(app)
    assert len(active_sessions(user)) == (not is_logged_out)


@pytest.mark.parametrize("is_logged_out", [False, True])
def test_password_change_keeps_only_the_app_that_allauth_keeps(
    app, browser, user, settings, is_logged_out
):
    settings.ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = is_logged_out
    answer = change_password(APIClient(), API, **{"x-session-token": app.session})
    app.session = answer.json()["meta"].get("session_token", app.session)
    # allauth changes the session key, and the refresh token names the old one.
    expected = (401, 403, 410, 401, 400) if is_logged_out else (200, 200, 200, 410, 400)
    assert app.statuses() == expected
    assert not is_logged_in(browser)
    assert len(active_sessions(user)) == (not is_logged_out)


OTHERS = {
    "page": lambda browser: browser.post("/accounts/sessions/"),
    "headless": lambda browser: end_apps(browser),
}


def end_apps(browser):
    own = browser.session.session_key
    ids = list(UserSession.objects.exclude(session_key=own).values_list("pk", flat=True))
    return browser.delete(f"{BROWSER_API}/auth/sessions", {"sessions": ids}, format="json")


@pytest.mark.parametrize("log_out", OTHERS.values(), ids=OTHERS)
def test_other_sessions_are_logged_out(
    app, browser, user, log_out, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        log_out(copy_of(browser))
    assert not accepts(app)
    assert is_logged_in(browser)
    ended = TokenSession.objects.exclude(ended_at=None).get()
    assert (ended.end_reason, ended.ended_by) == ("logout", user)
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_type, cutoff.subject_id) == ("session", str(ended.pk))


def test_session_that_is_gone_is_logged_out(browser, user):
    copy = copy_of(browser)
    UserSession.objects.create(user=user, session_key="a" * 32, ip="::1", user_agent="")
    copy.post("/accounts/sessions/")
    assert UserSession.objects.count() == 1


def test_other_sessions_stay_if_the_database_fails(app, browser, monkeypatch):
    def fail(*args, **kwargs):
        raise RevocationUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(services, "log_out", fail)
        for log_out in OTHERS.values():
            assert log_out(copy_of(browser)).status_code == 503
    assert accepts(app)


def test_check_reports_the_default_adapter_of_usersessions(settings):
    del settings.USERSESSIONS_ADAPTER
    (message,) = AllauthAdapter().check()
    assert message.id == "token_revocation.E057"
    assert "usersessions.adapter.DefaultUserSessionsAdapter leaves" in message.msg


@pytest.fixture
def _tracked(settings):
    """Let a middleware of allauth read the user of each request."""
    settings.USERSESSIONS_TRACK_ACTIVITY = True
    tracking = "allauth.usersessions.middleware.UserSessionsMiddleware"
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, tracking]


@pytest.mark.usefixtures("_tracked")
@pytest.mark.parametrize("cookie", ["none", "accepted", "revoked"])
def test_session_token_decides_in_a_request_with_a_cookie(app, user, cookie):
    other = UserFactory()
    client = APIClient() if cookie == "none" else log_in(other)
    if cookie == "revoked":
        services.revoke_all(other)
    answer = client.get(f"{API}/auth/session", headers={"x-session-token": app.session})
    assert answer.json()["data"]["user"]["id"] == user.pk


def test_check_accepts_browsers_whose_sessions_are_revocable(settings):
    def get_ids():
        return [message.id for message in AllauthAdapter().check()]

    assert get_ids() == []
    adapters = settings.TOKEN_REVOCATION["ADAPTERS"][:1]
    settings.TOKEN_REVOCATION = {"ADAPTERS": adapters}
    assert get_ids() == ["token_revocation.E054"]
