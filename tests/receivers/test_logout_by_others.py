"""``django.contrib.auth.logout()`` ends the token of its request, whoever calls it."""

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
from tests.views.failing import database_that_cannot_store_a_revocation
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
def test_the_token_of_the_request_is_dead(holder, user, request_of):
    assert holder.post(f"/{request_of}/").status_code == 200
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    row = RevokedToken.objects.get()
    assert (row.reason, row.user) == ("logout", user)


def test_it_is_the_user_who_did_it(holder, user):
    holder.post("/framework/")
    assert RevokedToken.objects.get().revoked_by == user


def test_a_session_alone_has_no_token_to_end(user, token, holder):
    browser = Client()
    browser.force_login(user)
    assert browser.post("/page/").status_code == 200
    assert holder.get("/protected/").status_code == 200
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()


def test_a_token_that_nobody_has_checked_is_not_ended(token, db):
    """A page outside Django REST framework authenticates no token, so it ends none."""
    Client().post("/page/", headers={"Authorization": f"Token {token.key}"})
    assert not RevokedToken.objects.exists()


def test_a_logout_without_a_request_is_harmless(user):
    user_logged_out.send(sender=type(user), request=None, user=user)
    assert not RevokedToken.objects.exists()


def test_a_logout_that_cannot_be_stored_is_not_claimed(holder):
    with database_that_cannot_store_a_revocation():
        answer = holder.post("/framework/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert holder.get("/protected/").status_code == 200


def test_somebody_else_stays(holder, client_of):
    other = AuthTokenFactory()
    holder.post("/framework/")
    assert client_of(other.key).get("/protected/").status_code == 200
