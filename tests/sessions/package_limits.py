"""The limit on the number of sessions at logins of other packages.

``test_package_limits.py`` runs this module in a subprocess.
"""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from tests.package_logins import PACKAGE_LOGINS, make_login
from tests.recipes.urls import urlpatterns as recipe_urlpatterns
from token_revocation.models import Reason, TokenCutoff
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import active_sessions, record_uses

pytestmark = pytest.mark.django_db

SESSION_ADAPTER = "token_revocation.contrib.sessions.SessionAdapter"

LOGINS = {**PACKAGE_LOGINS, "djoser, token": "/djoser/token/login/"}

urlpatterns = recipe_urlpatterns


@pytest.fixture(params=LOGINS)
def log_in(request, settings):
    """Log in at one of the endpoints."""
    settings.ROOT_URLCONF = __name__
    post = make_login(LOGINS, request.param, settings)
    post.reuses_token = request.param == "djoser, token"
    return post


@pytest.fixture
def limit(settings):
    def change(**changes):
        settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, **changes}

    return change


def test_login_beyond_the_limit_is_rejected(log_in, limit, user):
    limit(MAX_SESSIONS=1, MAX_SESSIONS_ACTION="reject")
    assert log_in(user).status_code == 200
    before = TokenSession.objects.values_list("pk", flat=True).get()
    response = log_in(user)
    if log_in.reuses_token:
        assert response.status_code == 200
    else:
        assert (response.status_code, "too_many_sessions" in response.text) == (403, True)
        assert "_token" not in response.text
    assert TokenSession.objects.values_list("pk", flat=True).get() == before
    assert len(active_sessions(user)) == 1


def test_login_revokes_the_oldest_session(log_in, limit, user):
    limit(MAX_SESSIONS=1)
    assert [log_in(user).status_code for _ in range(3)] == [200, 200, 200]
    assert len(active_sessions(user)) == 1
    reasons = set(TokenCutoff.objects.values_list("reason", flat=True))
    assert reasons == (set() if log_in.reuses_token else {Reason.SESSION_LIMIT})


@pytest.mark.parametrize("log_in", ["allauth, JWT", "allauth, session"], indirect=True)
def test_login_to_allauth_and_to_its_browser_session_is_one(log_in, limit, user, settings):
    adapters = settings.TOKEN_REVOCATION["ADAPTERS"]
    limit(MAX_SESSIONS=2, ADAPTERS=[*adapters, SESSION_ADAPTER])
    responses = [log_in(user) for _ in range(2)]
    assert [response.status_code for response in responses] == [200, 200]
    for response in responses:
        assert use(response.json()["meta"]).status_code == 200
    record_uses()
    sessions = active_sessions(user)
    assert {session.kind for session in sessions} == {"session"}
    assert (len(sessions), TokenCutoff.objects.count()) == (2, 0)
    assert log_in(user).status_code == 200
    statuses = [use(response.json()["meta"]).status_code for response in responses]
    assert statuses.count(200) == 1


def use(meta):
    """Call an API with the JWT of a login, or else allauth's own with the session token."""
    if "access_token" in meta:
        bearer = {"authorization": f"Bearer {meta['access_token']}"}
        return APIClient(headers=bearer).get("/by-allauth/")
    client = APIClient(headers={"x-session-token": meta["session_token"]})
    return client.get("/_allauth/app/v1/auth/session")
