"""Changes of sessions under ``ATOMIC_REQUESTS``, failed commits and concurrency."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection, connections
from django.test import Client
from rest_framework.test import APIClient

from tests import threads
from tests.sessions.rows import make_session
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import active_sessions

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "other"])

THREADS = 4
PATHS = ["/auth/sessions/{}/", "/account/sessions/{}/log-out/", "/account/sessions/log-out-others/"]


@pytest.fixture(autouse=True)
def _atomic_requests(monkeypatch):
    for alias in connections:
        monkeypatch.setitem(connections[alias].settings_dict, "ATOMIC_REQUESTS", True)


@pytest.fixture
def session(user):
    return make_session(user)


@pytest.fixture(params=PATHS)
def end(request, user, session):
    """Return a function that ends ``session`` by an endpoint or a page."""
    is_api = request.param.startswith("/auth/")
    client = APIClient() if is_api else Client()
    client.force_login(user)
    if is_api:
        client.force_authenticate(user)
    return lambda: (client.delete if is_api else client.post)(request.param.format(session.pk))


def test_end_is_committed(end, user):
    assert end().status_code in {204, 302}
    assert active_sessions(user) == []


def test_failed_commit_is_503(end, user, session, monkeypatch):
    def fail():
        raise OperationalError("the server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "_commit", fail)
        answer = end()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert not TokenCutoff.objects.exists()
    assert active_sessions(user) == [session]


def run_concurrently(token, method, data=None):
    """Return the statuses of concurrent requests for the session of ``token``."""
    path = f"/auth/sessions/{AuthTokenAdapter().identify(token).key}/"

    def send():
        client, header = APIClient(), f"Token {token.key}"
        return getattr(client, method)(path, data, HTTP_AUTHORIZATION=header).status_code

    return threads.run_in_threads(send, threads=THREADS)


@threads.requires_concurrent_connections
def test_session_of_one_token_is_ended_once(token):
    assert set(run_concurrently(token, "delete")) <= {204, 401}
    assert RevokedToken.objects.count() == 1


@threads.requires_concurrent_connections
def test_unrecorded_session_is_recorded_once(token):
    assert run_concurrently(token, "patch", {"name": "Phone"}) == [200] * THREADS
    assert TokenSession.objects.get().name == "Phone"
