"""Revocations are committed despite ``ATOMIC_REQUESTS``."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection, connections
from django.urls import include, path
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed

from tests.signals import connected, failing_receiver
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.signals import token_revoked
from token_revocation.views import LogoutView

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "other"])


class FailingLogoutView(LogoutView):
    """A view of the project that fails after the revocation."""

    def post(self, request):
        super().post(request)
        raise AuthenticationFailed


urlpatterns = [
    path("failing/", FailingLogoutView.as_view()),
    path("", include("tests.urls")),
]


@pytest.fixture(autouse=True)
def _atomic_requests(monkeypatch):
    for alias in connections:
        monkeypatch.setitem(connections[alias].settings_dict, "ATOMIC_REQUESTS", True)


@pytest.fixture
def in_transaction():
    """A list that records whether each query ran inside a transaction."""
    seen = []

    def look(execute, sql, params, many, context):
        if sql.startswith(("SELECT", "(SELECT")):
            seen.append(connection.in_atomic_block)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield seen


def test_setting_applies_to_views_of_the_project(holder, in_transaction):
    assert holder.get("/protected/").status_code == 200
    assert in_transaction[0]  # The session is recorded after the response.


@pytest.mark.parametrize(
    ("method", "endpoint"),
    [("post", "logout/"), ("post", "logout/all/"), ("get", "tokens/"), ("post", "revoke/")],
)
def test_endpoints_do_not_run_in_a_transaction(holder, token, in_transaction, method, endpoint):
    data = {"token": token.key} if method == "post" else None
    assert getattr(holder, method)(f"/auth/{endpoint}", data).status_code < 300
    assert in_transaction[0] is False


@pytest.mark.parametrize("end", ["logout/", "logout/all/", "revoke/"])
def test_revocation_is_committed(holder, token, end):
    assert holder.post(f"/auth/{end}", {"token": token.key}).status_code in {200, 204}
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_revocation_of_a_listed_token_is_committed(holder, token):
    key = AuthTokenAdapter().identify(token).key
    assert holder.delete(f"/auth/tokens/{key}/").status_code == 204
    assert holder.get("/protected/").json()["code"] == "token_revoked"


@pytest.mark.trap("T11")
def test_revocation_survives_a_later_error(holder, settings):
    settings.ROOT_URLCONF = __name__
    assert holder.post("/failing/").status_code == 401
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_revocation_survives_a_failing_receiver(holder):
    with connected(failing_receiver, token_revoked):
        assert holder.post("/auth/logout/").status_code == 204
    assert RevokedToken.objects.exists()


@pytest.mark.parametrize("end", ["logout/", "logout/all/", "revoke/"])
def test_failed_commit_is_503(holder, token, monkeypatch, end):
    def failing_receiver():
        raise OperationalError("the server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "_commit", failing_receiver)
        answer = holder.post(f"/auth/{end}", {"token": token.key})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()
    assert Token.objects.get() == token
