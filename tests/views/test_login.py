from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.signals import user_logged_in
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework.authtoken.models import Token

from tests.factories import UserFactory
from tests.signals import capture_signals
from token_revocation import services
from token_revocation.models import RevokedToken, TokenCutoff

HOUR = timedelta(hours=1)
PASSWORD = "correct horse"


@pytest.fixture
def log_in(api_client, user):
    def post(**changed):
        credentials = {"username": user.username, "password": PASSWORD, **changed}
        return api_client.post("/auth/login/", credentials)

    return post


@pytest.fixture
def hashed(monkeypatch):
    """A list of the passwords that are hashed."""
    passwords = []
    encode = MD5PasswordHasher.encode

    def remember(hasher, password, salt):
        passwords.append(password)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", remember)
    return passwords


def test_correct_password_issues_a_token(log_in, user):
    answer = log_in()
    assert answer.status_code == 200
    assert answer.json() == {
        "token": Token.objects.get(user=user).key,
        "kind": "authtoken",
        "expires_at": None,
    }


def test_issued_token_is_accepted(log_in, client_of, user):
    answer = client_of(log_in().json()["token"]).get("/protected/")
    assert (answer.status_code, answer.json()) == (200, {"user": user.username})


def test_response_contains_the_expiry(log_in, settings, user):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    expires_at = parse_datetime(log_in().json()["expires_at"])
    assert expires_at == Token.objects.get(user=user).created + HOUR


def test_active_token_is_returned_again(log_in, token):
    assert log_in().json()["token"] == token.key


def test_expired_token_is_replaced(log_in, settings, token):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    with time_machine.travel(timezone.now() + HOUR):
        answer = log_in()
    assert answer.status_code == 200
    assert answer.json()["token"] != token.key


def test_replacement_of_an_expired_token_is_accepted(log_in, settings, token, client_of):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    Token.objects.update(created=timezone.now() - HOUR)

    raw = log_in().json()["token"]

    assert client_of(raw).get("/protected/").status_code == 200
    assert client_of(token.key).get("/protected/").status_code == 401


@pytest.mark.parametrize(
    "end",
    [
        lambda holder, user: holder.post("/auth/logout/"),
        lambda holder, user: holder.post("/auth/logout/all/"),
        lambda holder, user: services.revoke_all(user),
        lambda holder, user: services.revoke_everyone(),
    ],
    ids=["logout", "logout/all", "revoke_all", "revoke_everyone"],
)
def test_replacement_of_a_revoked_token_is_accepted(log_in, holder, user, token, client_of, end):
    end(holder, user)

    raw = log_in().json()["token"]

    assert raw != token.key
    assert client_of(raw).get("/protected/").status_code == 200
    assert holder.get("/protected/").status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [{"password": "wrong"}, {"username": "mallory"}, {"username": "inactive"}],
    ids=["password", "user", "inactive"],
)
def test_wrong_credentials_have_the_same_response(log_in, wrong):
    UserFactory(username="inactive", is_active=False)
    answer = log_in(**wrong)
    assert answer.status_code == 400
    assert answer.json() == {"non_field_errors": ["Unable to log in with provided credentials."]}
    assert answer.data["non_field_errors"][0].code == "authorization"
    assert not Token.objects.exists()


@pytest.mark.parametrize("username", ["mallory", "inactive", "active"])
def test_password_is_hashed_once_for_any_user_name(api_client, db, hashed, username):
    UserFactory(username="inactive", is_active=False)
    UserFactory(username="active")
    hashed.clear()
    api_client.post("/auth/login/", {"username": username, "password": "guess"})
    assert hashed == ["guess"]


@pytest.mark.parametrize("field", ["username", "password"])
def test_missing_field_is_an_error_of_that_field(api_client, user, field):
    credentials = {"username": user.username, "password": PASSWORD}
    del credentials[field]
    answer = api_client.post("/auth/login/", credentials)
    assert (answer.status_code, answer.data[field][0].code) == (400, "required")


@pytest.mark.parametrize("form", ["json", "multipart"])
def test_json_and_forms_are_accepted(api_client, user, form):
    credentials = {"username": user.username, "password": PASSWORD}
    assert api_client.post("/auth/login/", credentials, format=form).status_code == 200


def test_revoked_token_in_the_header_does_not_prevent_login(holder, user):
    holder.post("/auth/logout/")
    credentials = {"username": user.username, "password": PASSWORD}
    assert holder.post("/auth/login/", credentials).status_code == 200


def test_login_sends_djangos_signal(log_in, user):
    with capture_signals(user_logged_in) as heard:
        log_in()
    user.refresh_from_db()
    assert [(told["user"], told["request"].path) for told in heard] == [(user, "/auth/login/")]
    assert user.last_login is not None


def test_login_revokes_nothing(log_in, token):
    log_in()
    log_in(password="wrong")
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()


def test_login_without_adapters_is_404(log_in, settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": []}
    answer = log_in()
    assert (answer.status_code, answer.data["detail"].code) == (404, "not_found")
