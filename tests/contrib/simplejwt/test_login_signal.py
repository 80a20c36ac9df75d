"""A login by a JWT sends ``user_logged_in``, as Django's own login does."""

from __future__ import annotations

import pytest
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from tests.signals import capture_signals
from token_revocation.sessions.models import TokenSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged_in():
    with capture_signals(user_logged_in) as signals:
        yield signals


@pytest.mark.parametrize("path", ["/api/token/", "/api/token/sliding/"])
def test_login_sends_the_signal_with_the_request_of_django(api_client, user, logged_in, path):
    credentials = {"username": user.username, "password": "correct horse"}
    response = api_client.post(path, credentials, HTTP_USER_AGENT="curl/8")
    assert response.status_code == 200
    (signal,) = logged_in
    assert (signal["sender"], signal["user"]) == (type(user), user)
    assert type(signal["request"]).__mro__.count(HttpRequest)
    user.refresh_from_db()
    assert user.last_login is not None
    assert TokenSession.objects.get().user_agent.text == "curl/8"


def test_failed_login_sends_none(api_client, user, logged_in):
    credentials = {"username": user.username, "password": "wrong"}
    assert api_client.post("/api/token/", credentials).status_code == 401
    assert logged_in == []


def test_serializer_without_a_request_sends_it_too(user, logged_in):
    from token_revocation.contrib.simplejwt.serializers import RevocableTokenObtainPairSerializer

    credentials = {"username": user.username, "password": "correct horse"}
    RevocableTokenObtainPairSerializer(data=credentials).is_valid(raise_exception=True)
    assert [signal["request"] for signal in logged_in] == [None]
