"""Check of the token classes and views of Django REST framework."""

from __future__ import annotations

import pytest
from django.urls import path
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.authtoken.views import obtain_auth_token
from rest_framework.test import APIClient
from rest_framework.views import APIView

from tests.checks.messages import ids, reported
from tests.urls import ProtectedView
from token_revocation import services
from token_revocation.contrib.authtoken import RevocableTokenAuthentication

OURS = "token_revocation.contrib.authtoken"


@pytest.fixture(autouse=True)
def _in_use(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{OURS}.AuthTokenAdapter"]}


def of(*classes):
    return path("x/", APIView.as_view(authentication_classes=classes))


@pytest.mark.parametrize(
    "stock", [TokenAuthentication, type("Expiring", (TokenAuthentication,), {"keyword": "Bearer"})]
)
def test_drf_class_is_an_error(urlconf, stock):
    urlconf(of(stock))
    ((number, message, hint),) = reported()
    assert (number, "/x/" in message) == ("E051", True)
    assert f"{OURS}.RevocableTokenAuthentication" in hint


def test_class_for_another_model_passes(urlconf, django_user_model):
    other = type("Other", (TokenAuthentication,), {"model": django_user_model})
    same = type("Same", (TokenAuthentication,), {"model": Token})
    urlconf(of(other))
    assert ids() == []
    urlconf(of(same))
    assert ids() == ["E051"]


def test_class_of_allauth_passes(urlconf):
    # Its module imports models, so it needs the app.
    where = {"__module__": "allauth.headless.contrib.rest_framework.authentication"}
    urlconf(of(type("JWTTokenAuthentication", (TokenAuthentication,), where)))
    assert ids() == []


def test_obtain_auth_token_replaces_a_revoked_token(urlconf, user):
    protected = ProtectedView.as_view(authentication_classes=[RevocableTokenAuthentication])
    urlconf(path("login/", obtain_auth_token), path("x/", protected))
    credentials = {"username": user.username, "password": "correct horse"}

    def log_in():
        return APIClient().post("/login/", credentials).json()["token"]

    def status(raw):
        return APIClient(headers={"authorization": f"Token {raw}"}).get("/x/").status_code

    assert ids() == []
    first = log_in()
    assert status(first) == 200
    services.revoke_all(user)
    second = log_in()
    assert (status(first), status(second)) == (401, 200)
