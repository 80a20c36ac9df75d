"""Tests of allauth for apps only, which ``test_allauth.py`` runs in a subprocess."""

from __future__ import annotations

import pytest
from allauth.headless.contrib.rest_framework.authentication import JWTTokenAuthentication
from allauth.headless.tokens.strategies.jwt import internal
from django.urls import include, path
from rest_framework.test import APIClient

from tests.checks.messages import ids
from tests.signals import capture_signals
from tests.urls import ProtectedView
from token_revocation import services
from token_revocation.contrib.allauth import (
    AllauthAdapter,
    RevocableJWTTokenAuthentication,
    RevocableXSessionTokenAuthentication,
    _sessions,
    strategies,
)
from token_revocation.models import Reason, TokenCutoff
from token_revocation.signals import revoked_token_used
from token_revocation.views import LogoutAllView, LogoutView

pytestmark = pytest.mark.django_db

PACKAGE = "token_revocation.contrib.allauth"
BY_JWT = {"authentication_classes": [RevocableJWTTokenAuthentication]}
BY_SESSION = {"authentication_classes": [RevocableXSessionTokenAuthentication]}
API = "/_allauth/app/v1"
adapter = AllauthAdapter()


class ClaimsStrategy(strategies.RevocableJWTTokenStrategy):
    def get_claims(self, user):
        return {**super().get_claims(user), "name": user.get_username()}


urlpatterns = [
    path("_allauth/", include("allauth.headless.urls")),
    path("jwt/", ProtectedView.as_view(**BY_JWT)),
    path("session/", ProtectedView.as_view(**BY_SESSION)),
    path("logout/", LogoutView.as_view(**BY_JWT)),
    path("logout/all/", LogoutAllView.as_view(**BY_JWT)),
    path("logout/session/", LogoutView.as_view(**BY_SESSION)),
]


@pytest.fixture(autouse=True)
def _allauth_settings(settings):
    settings.ROOT_URLCONF = __name__
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{PACKAGE}.AllauthAdapter"]}
    settings.HEADLESS_TOKEN_STRATEGY = f"{PACKAGE}.strategies.RevocableJWTTokenStrategy"


class App:
    """The tokens of an app after a login, and requests with them."""

    def __init__(self, user):
        credentials = {"username": user.username, "password": "correct horse"}
        response = APIClient().post(f"{API}/auth/login", credentials)
        assert response.status_code == 200, response.content
        meta = response.json()["meta"]
        self.session, self.access = meta["session_token"], meta.get("access_token")
        self.refresh_token = meta.get("refresh_token")

    def by_jwt(self, path="/jwt/", method="get"):
        client = APIClient(headers={"authorization": f"Bearer {self.access}"})
        return getattr(client, method)(path)

    def by_session(self, path="/session/", method="get"):
        client = APIClient(headers={"x-session-token": self.session})
        return getattr(client, method)(path)

    def refresh(self):
        return APIClient().post(f"{API}/tokens/refresh", {"refresh_token": self.refresh_token})

    def statuses(self):
        """Return the status codes for each token at both packages, and for a refresh."""
        return (
            self.by_jwt().status_code,
            self.by_session().status_code,
            self.by_session(f"{API}/auth/session").status_code,
            self.by_jwt(f"{API}/auth/session").status_code,
            self.refresh().status_code,
        )


ALL_ACCEPTED = (200, 200, 200, 200, 200)


def is_logged_out(app):
    jwt, session, *_, refresh = statuses = app.statuses()
    return (jwt, session, refresh) == (401, 403, 400) and 200 not in statuses


@pytest.fixture
def app(user):
    return App(user)


def test_tokens_of_a_login_are_accepted(app):
    assert app.statuses() == ALL_ACCEPTED


REVOCATIONS = {
    "logout": lambda app, user: app.by_jwt("/logout/", "post"),
    "logout by session": lambda app, user: app.by_session("/logout/session/", "post"),
    "logout in allauth": lambda app, user: app.by_session(f"{API}/auth/session", "delete"),
    "logout everywhere": lambda app, user: app.by_jwt("/logout/all/", "post"),
    "revoke_all": lambda app, user: services.revoke_all(user),
    "revoke_everyone": lambda app, user: services.revoke_everyone(),
    "access token": lambda app, user: services.log_out(services.resolve(app.access)),
    "refresh token": lambda app, user: services.log_out(services.resolve(app.refresh_token)),
    "session token": lambda app, user: services.log_out(services.resolve(app.session)),
    "deactivation": lambda app, user: deactivate(user),
}


def deactivate(user):
    user.is_active = False
    user.save()


@pytest.mark.parametrize("revoke", REVOCATIONS.values(), ids=REVOCATIONS)
def test_each_revocation_rejects_all_tokens_of_the_session(app, user, revoke):
    revoke(app, user)
    assert is_logged_out(app)


@pytest.mark.parametrize("name", ["logout", "logout in allauth", "access token"])
def test_other_session_stays_valid(app, user, name):
    other = App(user)
    REVOCATIONS[name](app, user)
    assert other.statuses() == ALL_ACCEPTED


def test_login_after_a_cutoff_is_accepted(user):
    App(user)
    services.revoke_all(user)
    assert App(user).statuses() == ALL_ACCEPTED


def test_refreshed_token_has_the_issue_time_of_the_login(app, user):
    pair = app.refresh().json()["data"]
    first, second = services.resolve(app.access), services.resolve(pair["access_token"])
    assert first.issued_at == second.issued_at
    assert first.subject("session") == second.subject("session")
    # The new access token stands for one that a concurrent refresh issues after the cutoff.
    services.revoke_all(user)
    app.access = pair["access_token"]
    assert app.by_jwt().json()["code"] == "token_revoked"


def test_access_token_is_revoked_alone(app):
    services.revoke(services.resolve(app.access))
    assert app.by_jwt().status_code == 401
    assert app.by_jwt(f"{API}/auth/session").status_code == 401
    assert app.refresh().status_code == 200


def test_refresh_token_is_revoked_alone(app):
    services.revoke(services.resolve(app.refresh_token))
    with capture_signals(revoked_token_used) as captured:
        assert app.refresh().status_code == 400
    assert len(captured) == 1
    assert app.by_jwt().status_code == 200


def test_tokens_of_a_deleted_user_are_rejected(app, user):
    user.delete()
    TokenCutoff.objects.all().delete()
    assert (app.by_jwt().status_code, app.by_session().status_code) == (401, 403)


def test_inactive_user_can_log_out(app, user):
    type(user).objects.update(is_active=False)
    assert app.by_session("/logout/session/", "post").status_code == 204
    type(user).objects.update(is_active=True)
    assert is_logged_out(app)


def test_session_token_strategy_rejects_revoked_sessions(settings, user):
    settings.HEADLESS_TOKEN_STRATEGY = f"{PACKAGE}.strategies.RevocableSessionTokenStrategy"
    app = App(user)
    assert app.access is None
    assert app.by_session().status_code == 200
    services.revoke_all(user)
    assert app.by_session().status_code == 403
    assert app.by_session(f"{API}/auth/session").status_code == 410
    assert App(user).by_session().status_code == 200


def test_claims_of_a_subclass_are_added(settings, user):
    settings.HEADLESS_TOKEN_STRATEGY = f"{__name__}.ClaimsStrategy"
    payload = internal.decode_token(App(user).access, "access")
    assert payload["name"] == user.username
    assert "auth_time" in payload


def test_session_without_login_time_is_revoked_by_any_cutoff(app, user):
    from importlib import import_module

    from django.conf import settings

    session = import_module(settings.SESSION_ENGINE).SessionStore(app.session)
    del session[_sessions.LOGIN_TIME]
    session.save()
    pair = app.refresh().json()["data"]
    assert services.resolve(pair["access_token"]).issued_at.microsecond == 0
    services.revoke_all(user)
    assert is_logged_out(app)


@pytest.mark.parametrize("raw", ["x", "a" * 32, "A" * 32, "a.b.c"])
def test_invalid_token_is_not_resolved(raw, db):
    assert adapter.resolve(raw) is None


def test_session_without_a_user_is_not_resolved(db):
    from allauth.headless.internal.sessionkit import new_session

    session = new_session()
    session["x"] = 1
    session.save()
    assert adapter.resolve(session.session_key) is None
    assert strategies.RevocableSessionTokenStrategy().lookup_session(session.session_key)


def test_token_with_an_invalid_sid_has_no_session(app):
    payload = internal.decode_token(app.access, "access")
    ref = adapter.identify({**payload, "sid": "?"})
    assert ref.subject("session") is None


def test_browser_logout_stores_nothing(client, user):
    client.force_login(user)
    client.logout()
    assert not TokenCutoff.objects.exists()


def test_logout_is_recorded_once_with_its_reason(app):
    app.by_session(f"{API}/auth/session", "delete")
    assert TokenCutoff.objects.get().reason == Reason.LOGOUT


def test_logout_is_not_recorded_without_the_adapter(app, settings):
    settings.TOKEN_REVOCATION = {}
    app.by_session(f"{API}/auth/session", "delete")
    assert not TokenCutoff.objects.exists()


def test_lifetime_is_the_longest_of_all_tokens(settings):
    settings.SESSION_COOKIE_AGE = 5
    settings.HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN = 3600
    assert adapter.lifetime.total_seconds() == 3600


def test_check_reports_the_default_strategy(settings):
    def get_messages():
        return {message.id.rpartition(".")[2]: message.msg for message in adapter.check()}

    assert get_messages() == {}
    settings.HEADLESS_TOKEN_STRATEGY = "allauth.headless.tokens.strategies.jwt.JWTTokenStrategy"
    assert "/_allauth/app/v1/tokens/refresh: " in get_messages()["E053"]
    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": []})
    assert list(get_messages()) == ["E053"]


def test_check_reports_the_browser_client(settings):
    from allauth.headless.account.views import LoginView
    from allauth.headless.constants import Client

    view = LoginView.as_api_view(client=Client.BROWSER)
    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": [path("login/", view)]})
    (message,) = adapter.check()
    assert (message.id, message.msg[:7]) == ("token_revocation.E054", "/login/")


def test_check_reports_the_default_authentication_class(settings):
    stock = ProtectedView.as_view(authentication_classes=[JWTTokenAuthentication])
    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": [path("x/", stock)]})
    assert ids() == ["E051"]
