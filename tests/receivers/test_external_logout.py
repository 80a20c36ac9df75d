"""``django.contrib.auth.logout()`` revokes the token of its request."""

from __future__ import annotations

import pytest
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_out
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from rest_framework.response import Response
from rest_framework.views import APIView

from tests.factories import AuthTokenFactory
from tests.views.outages import failing_revocation_insert
from token_revocation.models import RevokedToken, TokenCutoff


class FrameworkLogout(APIView):
    def post(self, request):
        logout(request)
        return Response()


class DjangoLogout(APIView):
    def post(self, request):
        logout(request._request)
        return Response()


def page(request):
    logout(request)
    return HttpResponse()


urlpatterns = [
    path("framework/", FrameworkLogout.as_view()),
    path("django/", DjangoLogout.as_view()),
    path("page/", page),
    path("", include("tests.urls")),
]


@pytest.fixture(autouse=True)
def _urls(settings):
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize("request_of", ["framework", "django"])
def test_token_of_request_is_revoked(holder, user, request_of):
    assert holder.post(f"/{request_of}/").status_code == 200
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    row = RevokedToken.objects.get()
    assert (row.reason, row.user) == ("logout", user)


def test_user_is_recorded_as_revoked_by(holder, user):
    holder.post("/framework/")
    assert RevokedToken.objects.get().revoked_by == user


def test_session_without_token_revokes_nothing(user, token, holder):
    browser = Client()
    browser.force_login(user)
    assert browser.post("/page/").status_code == 200
    assert holder.get("/protected/").status_code == 200
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()


def test_unauthenticated_token_is_not_revoked(token, db):
    """A view outside Django REST framework does not authenticate tokens."""
    Client().post("/page/", headers={"Authorization": f"Token {token.key}"})
    assert not RevokedToken.objects.exists()


def test_logout_without_request_revokes_nothing(user):
    user_logged_out.send(sender=type(user), request=None, user=user)
    assert not RevokedToken.objects.exists()


def test_failed_revocation_is_503(holder):
    with failing_revocation_insert():
        answer = holder.post("/framework/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert holder.get("/protected/").status_code == 200


def test_other_users_stay_logged_in(holder, client_of):
    other = AuthTokenFactory()
    holder.post("/framework/")
    assert client_of(other.key).get("/protected/").status_code == 200
