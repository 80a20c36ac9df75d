"""Check of the classes and views of knox."""

from __future__ import annotations

import pytest
from django.urls import include, path
from rest_framework.test import APIClient
from rest_framework.views import APIView

pytest.importorskip("knox")

from knox import views
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.authentication import BasicAuthentication

from tests.checks.messages import ids, reported
from token_revocation import services
from token_revocation.contrib.knox import RevocableKnoxAuthentication

OURS = "token_revocation.contrib.knox"


@pytest.fixture(autouse=True)
def _in_use(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{OURS}.KnoxAdapter"]}


def test_urls_of_knox_are_errors(urlconf):
    urlconf(path("auth/", include("knox.urls")))
    found = [(number, message.split(":")[0], hint) for number, message, hint in reported()]
    assert found == [
        ("E050", "/auth/logout/", f"Use {OURS}.views.RevocableLogoutView instead."),
        ("E050", "/auth/logoutall/", f"Use {OURS}.views.RevocableLogoutAllView instead."),
    ]


def test_urls_of_this_package_pass(urlconf):
    urlconf(path("auth/", include(f"{OURS}.urls")))
    assert reported() == []


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (views.LogoutView.as_view(authentication_classes=[RevocableKnoxAuthentication]), []),
        (views.LoginView.as_view(authentication_classes=[BasicAuthentication]), []),
        (views.LoginView.as_view(authentication_classes=[TokenAuthentication]), ["E051"]),
        (APIView.as_view(authentication_classes=[TokenAuthentication]), ["E051"]),
    ],
)
def test_view_class_is_checked(urlconf, view, expected):
    urlconf(path("x/", view))
    assert ids() == expected


@pytest.mark.parametrize("name", ["logout", "logoutall"])
def test_revoked_token_cannot_log_out(urlconf, user, name):
    urlconf(path("stock/", include("knox.urls")), path("ours/", include(f"{OURS}.urls")))
    _, raw = AuthToken.objects.create(user=user)
    services.revoke_everyone()
    thief = APIClient(headers={"authorization": f"Token {raw}"})
    assert thief.post(f"/ours/{name}/").status_code == 401
    assert AuthToken.objects.count() == 1
    assert thief.post(f"/stock/{name}/").status_code == 204


def test_urls_of_this_package_log_out(urlconf, user):
    urlconf(path("", include(f"{OURS}.urls")))
    raws = [AuthToken.objects.create(user=user)[1] for _ in range(3)]
    clients = [APIClient(headers={"authorization": f"Token {raw}"}) for raw in raws]
    assert clients[0].post("/logout/").status_code == 204
    assert [client.post("/logoutall/").status_code for client in clients] == [401, 204, 401]
    refs = [services.resolve(raw) for raw in raws]
    assert refs == [None] * 3


def test_login_issues_a_token_after_a_cutoff(urlconf, user):
    login = views.LoginView.as_view(authentication_classes=[BasicAuthentication])
    urlconf(path("login/", login), path("", include(f"{OURS}.urls")))
    services.revoke_all(user)
    client = APIClient()
    client.force_authenticate(user)
    raw = client.post("/login/").json()["token"]
    assert APIClient(headers={"authorization": f"Token {raw}"}).post("/logout/").status_code == 204
