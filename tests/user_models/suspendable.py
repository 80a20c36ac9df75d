"""Tests for a user without ``is_active`` column, run by ``test_custom_user_models.py``."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from operator import itemgetter

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.module_loading import import_string
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory

from token_revocation import services
from token_revocation._checks import check_token_revocation
from token_revocation.exceptions import AccountChanged
from token_revocation.models import TokenCutoff

PASSWORD = "correct horse"
CREDENTIALS = {"email": "a@example.com"}


@pytest.fixture
def user(db):
    return get_user_model().objects.create_user(password=PASSWORD, **CREDENTIALS)


@pytest.fixture
def log_in():
    return lambda: APIClient().post("/auth/login/", {**CREDENTIALS, "password": PASSWORD})


def reasons():
    return list(TokenCutoff.objects.values_list("reason", flat=True))


def suspend(user, **options):
    user.suspended_at = timezone.now()
    user.save(**options)


@pytest.mark.parametrize("options", [{}, {"update_fields": ["suspended_at"]}])
def test_suspension_revokes_every_token_permanently(user, log_in, options):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {log_in().json()['token']}")
    assert client.get("/protected/").status_code == 200
    suspend(user, **options)
    assert reasons() == ["deactivation"]
    user.suspended_at = None
    user.save()
    assert client.get("/protected/").status_code == 401


def test_suspended_user_cannot_log_in(user, log_in):
    suspend(user)
    assert log_in().status_code == 400


def test_suspension_during_a_login_rejects_it(user):
    get_user_model().objects.update(suspended_at=timezone.now())
    with pytest.raises(AccountChanged):
        services.issue(user)


def test_change_of_a_password_property_revokes_tokens(user):
    user.set_password("a battery staple")
    user.save()
    assert reasons() == ["password_change"]


def test_new_user_creates_no_cutoff(user):
    assert reasons() == []


def test_check_reports_changes_without_signals():
    messages = [m for m in check_token_revocation() if m.id == "token_revocation.W081"]
    assert [message.msg.split()[0] for message in messages] == ["is_active", "password"]
    assert "services.revoke_all(user, reason='deactivation')" in messages[0].hint


def authtoken(user):
    return Token.objects.create(user=user).key


def knox(user):
    return import_module("knox.models").AuthToken.objects.create(user=user)[1]


def access_token(user):
    tokens = import_module("token_revocation.contrib.simplejwt.tokens")
    return str(tokens.RevocableRefreshToken.for_user(user).access_token)


def oauth2_access_token(user):
    tokens = import_module("oauth2_provider.models").AccessToken.objects
    later = timezone.now() + timedelta(hours=1)
    return tokens.create(user=user, token="a-token-of-a-test", expires=later).token


KINDS = [
    (authtoken, "rest_framework", "authtoken.RevocableTokenAuthentication"),
    (knox, "knox", "knox.RevocableKnoxAuthentication"),
    (access_token, "rest_framework_simplejwt", "simplejwt.RevocableJWTAuthentication"),
    (
        access_token,
        "rest_framework_simplejwt",
        "simplejwt.RevocableJWTStatelessUserAuthentication",
    ),
    (oauth2_access_token, "oauth2_provider", "oauth2_provider.RevocableOAuth2Authentication"),
]
IS_STATELESS = "Stateless"


def is_accepted(path, raw):
    authentication = import_string(f"token_revocation.contrib.{path}")
    scheme = "Token" if path.startswith(("authtoken", "knox")) else "Bearer"
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"{scheme} {raw}")
    try:
        return authentication().authenticate(Request(request)) is not None
    except AuthenticationFailed:
        return False


@pytest.fixture(params=[kind for kind in KINDS if find_spec(kind[1])], ids=itemgetter(2))
def presented(request, user, settings):
    """The path of an authentication class, and a token that it accepts."""
    make, package, path = request.param
    kinds = {"rest_framework": "AuthToken", "rest_framework_simplejwt": "SimpleJWT"}
    name = kinds.get(package, "Knox" if package == "knox" else "OAuth2Provider")
    folder = path.partition(".")[0]
    adapter = f"token_revocation.contrib.{folder}.{name}Adapter"
    settings.TOKEN_REVOCATION = {"ADAPTERS": [adapter]}
    raw = make(user)
    assert is_accepted(path, raw)
    return path, raw


def test_suspension_revokes_tokens_of_every_kind(user, presented):
    suspend(user)
    assert not is_accepted(*presented)
    user.suspended_at = None
    user.save()
    assert not is_accepted(*presented)


def test_suspension_without_an_event_is_read_from_the_user(user, presented):
    path, raw = presented
    get_user_model().objects.update(suspended_at=timezone.now())
    # A stateless class reads no user: W081 says what a project calls instead.
    assert is_accepted(path, raw) is (IS_STATELESS in path)
