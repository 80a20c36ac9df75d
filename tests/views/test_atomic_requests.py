"""With ATOMIC_REQUESTS an exception after the write would take the revocation back."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection, connections
from django.urls import include, path
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed

from tests.hearing import fail, listening
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.signals import token_revoked
from token_revocation.views import LogoutView

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "other"])


class QuarrelsomeLogoutView(LogoutView):
    """What a project's own addition may do after we have written."""

    def post(self, request):
        super().post(request)
        raise AuthenticationFailed


urlpatterns = [
    path("quarrelsome/", QuarrelsomeLogoutView.as_view()),
    path("", include("tests.urls")),
]


@pytest.fixture(autouse=True)
def _atomic_requests(monkeypatch):
    for alias in connections:
        monkeypatch.setitem(connections[alias].settings_dict, "ATOMIC_REQUESTS", True)


@pytest.fixture
def in_transaction():
    """For each question to the database, whether it was asked inside a transaction."""
    seen = []

    def look(execute, sql, params, many, context):
        if sql.startswith(("SELECT", "(SELECT")):
            seen.append(connection.in_atomic_block)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield seen


def test_the_setting_reaches_the_views_of_a_project(holder, in_transaction):
    assert holder.get("/protected/").status_code == 200
    assert in_transaction == [True]


@pytest.mark.parametrize(
    ("method", "endpoint"),
    [("post", "logout/"), ("post", "logout/all/"), ("get", "tokens/"), ("post", "revoke/")],
)
def test_our_views_keep_out_of_it(holder, token, in_transaction, method, endpoint):
    data = {"token": token.key} if method == "post" else None
    assert getattr(holder, method)(f"/auth/{endpoint}", data).status_code < 300
    assert in_transaction[0] is False


@pytest.mark.parametrize("end", ["logout/", "logout/all/", "revoke/"])
def test_a_revocation_survives(holder, token, end):
    assert holder.post(f"/auth/{end}", {"token": token.key}).status_code in {200, 204}
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_the_end_of_one_token_survives(holder, token):
    key = AuthTokenAdapter().identify(token).key
    assert holder.delete(f"/auth/tokens/{key}/").status_code == 204
    assert holder.get("/protected/").json()["code"] == "token_revoked"


@pytest.mark.trap("T11")
def test_a_revocation_survives_an_error_after_it(holder, settings):
    settings.ROOT_URLCONF = __name__
    assert holder.post("/quarrelsome/").status_code == 401
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_a_revocation_survives_a_receiver_that_fails(holder):
    with listening(fail, token_revoked):
        assert holder.post("/auth/logout/").status_code == 204
    assert RevokedToken.objects.exists()


@pytest.mark.parametrize("end", ["logout/", "logout/all/", "revoke/"])
def test_a_commit_that_fails_is_not_claimed(holder, token, monkeypatch, end):
    def fail():
        raise OperationalError("the server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "_commit", fail)
        answer = holder.post(f"/auth/{end}", {"token": token.key})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()
    assert Token.objects.get() == token
