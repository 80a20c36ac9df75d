"""Error reports about the endpoints of dj-rest-auth, djoser and allauth hold no secret.

``test_packages.py`` runs this module in a subprocess.
"""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.urls import include, path
from rest_framework.test import APIClient

from tests.attacks.endpoints import example_path, patterns_of
from tests.attacks.test_error_reports import (
    SECRETS,
    failing_queries,
    leaked_secrets,
    reported,  # noqa: F401
    send,
)
from tests.attacks.test_login_races import PASSWORD
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.stores.database import DatabaseStore

pytestmark = pytest.mark.django_db

CONTRIB = "token_revocation.contrib"
MODULES = (f"{CONTRIB}.dj_rest_auth.urls", f"{CONTRIB}.djoser.urls.jwt")

urlpatterns = [
    *(path(f"{number}/", include(module)) for number, module in enumerate(MODULES)),
    path("_allauth/", include("allauth.headless.urls")),
]

PATHS = [
    f"/{number}/{example_path(pattern)}"
    for number, module in enumerate(MODULES)
    for pattern in patterns_of(module)
]

PASSWORDS = ("password", "old_password", "new_password1", "new_password2", "new_password")


@pytest.fixture
def client(settings, user):
    """A client that sends a secret in every parameter, cookie and header."""
    settings.ROOT_URLCONF = __name__
    refresh = RevocableRefreshToken.for_user(user)
    access = str(refresh.access_token)
    made = APIClient(raise_request_exception=False)
    made.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    made.cookies["refresh"], made.cookies["access"] = str(refresh), access
    made.secrets = {*SECRETS, str(refresh), access}
    made.body = {
        "username": user.username,
        "uid": "1",
        "token": str(refresh),
        "refresh": str(refresh),
        **dict.fromkeys(PASSWORDS, SECRETS[0]),
    }
    return made


@pytest.mark.parametrize("after", [0, 3])
@pytest.mark.parametrize("error", [OperationalError, RuntimeError])
@pytest.mark.parametrize("form", [True, False], ids=["form", "json"])
@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("path", PATHS)
def test_reports_and_log_records_hold_no_secret(
    client,
    reported,  # noqa: F811
    error,
    form,
    after,
    debug,
    settings,
    path,
):
    settings.DEBUG = debug
    with failing_queries(error, after):
        answer = send(client, path, form)
    page = answer.content.decode() if debug and answer.status_code >= 500 else ""
    assert not leaked_secrets(client, reported() + page)


ALLAUTH = "/_allauth/app/v1"


@pytest.fixture
def app(client, user):
    """A client of allauth, with an access, a refresh and a session token."""
    body = {"username": user.username, "password": PASSWORD}
    answer = APIClient().post(f"{ALLAUTH}/auth/login", body, format="json")
    meta = answer.json()["meta"]
    names = ("access_token", "refresh_token", "session_token")
    client.secrets = {PASSWORD, *(meta[name] for name in names)}
    client.credentials(
        HTTP_AUTHORIZATION=f"Bearer {meta['access_token']}",
        HTTP_X_SESSION_TOKEN=meta["session_token"],
    )
    client.body = {**body, "refresh_token": meta["refresh_token"]}
    return client


@pytest.mark.parametrize("after", range(6))
@pytest.mark.parametrize("path", ["auth/login", "tokens/refresh", "auth/session"])
def test_reports_about_allauth_hold_no_secret(app, reported, after, path):  # noqa: F811
    with failing_queries(RuntimeError, after):
        app.post(f"{ALLAUTH}/{path}", app.body, format="json")
    assert not leaked_secrets(app, reported())


def test_a_failed_check_in_allauth_is_a_503_without_a_report(app, reported, monkeypatch):  # noqa: F811
    def fail(self, token):
        raise RevocationUnavailable

    monkeypatch.setattr(DatabaseStore, "is_revoked", fail)
    answer = app.get(f"{ALLAUTH}/auth/session")
    assert (answer.status_code, answer["Retry-After"]) == (503, str(RevocationUnavailable.wait))
    assert "Service Unavailable" not in reported()


def test_a_login_at_allauth_without_a_database_is_a_503(app, monkeypatch):
    def fail(*args):
        raise RevocationUnavailable

    monkeypatch.setattr("token_revocation.contrib.allauth._sessions.store_login_time", fail)
    app.credentials()
    answer = app.post(f"{ALLAUTH}/auth/login", app.body, format="json")
    assert answer.status_code == 503
