from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, TokenAuthentication
from rest_framework.test import APIClient

from tests.factories import AuthTokenFactory, UserFactory
from tests.hearing import hearing
from tests.views.failing import failing_database
from token_revocation import services
from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.signals import token_checked
from token_revocation.standards.presenting import present

pytest.importorskip("jwt")
SPEC = "RFC 7662"


@pytest.fixture(autouse=True)
def _urls(settings):
    settings.ROOT_URLCONF = "tests.standards.urls"


@pytest.fixture
def server(db):
    """A resource server that may ask."""
    caller = UserFactory(username="rs")
    caller.user_permissions.add(Permission.objects.get(codename="view_revokedtoken"))
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {AuthTokenFactory(user=caller).key}")
    return client


def ask(client, raw, **more):
    return client.post("/introspect/", {"token": raw, **more}, format="json")


@pytest.mark.spec(SPEC, "2.2")
def test_an_accepted_token_is_active_and_described(server, token, user):
    answer = ask(server, token.key)
    assert answer.status_code == 200
    assert answer.json() == {
        "active": True,
        "token_type": "Token",
        "sub": str(user.pk),
        "username": user.username,
        "iat": int(token.created.timestamp()),
        "jti": AuthTokenAdapter().identify(token).identifier,
    }


@pytest.mark.spec(SPEC, "2.2")
def test_a_token_that_expires_says_when(server, token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": timedelta(hours=1), "ISSUER": "https://us"}
    answer = ask(server, token.key).json()
    assert answer["exp"] == int((token.created + timedelta(hours=1)).timestamp())
    assert answer["iss"] == "https://us"


def revoke(token):
    services.revoke(AuthTokenAdapter().identify(token))


def cut_off(token):
    services.revoke_all(token.user)


def deactivate(token):
    type(token.user).objects.filter(pk=token.user_id).update(is_active=False)


def outlive(token):
    type(token).objects.filter(pk=token.pk).update(created=timezone.now() - timedelta(days=99))


@pytest.mark.spec(SPEC, "2.2")
@pytest.mark.spec(SPEC, "4")
@pytest.mark.parametrize("end", [revoke, cut_off, deactivate, outlive])
def test_of_a_token_that_ended_nothing_is_said_but_that(server, token, settings, end):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": timedelta(days=9)}
    end(token)
    assert ask(server, token.key).json() == {"active": False}


@pytest.mark.spec(SPEC, "2.2")
@pytest.mark.parametrize("raw", ["unknown", "é", "a b", "x" * 9000, "\x00"])
def test_what_is_no_token_is_not_active_and_no_error(server, raw):
    assert ask(server, raw).json() == {"active": False}


@pytest.mark.spec(SPEC, "2.1")
def test_the_token_is_taken_from_a_form(server, token):
    answer = server.post(
        "/introspect/",
        f"token={token.key}&token_type_hint=access_token",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.json()["active"] is True


@pytest.mark.spec(SPEC, "2.1")
@pytest.mark.parametrize("body", [{}, {"token": ""}, {"token": ["a"]}])
def test_without_one_token_the_request_is_invalid(server, body):
    answer = server.post("/introspect/", body, format="json")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.spec(SPEC, "4")
def test_a_token_never_stands_in_a_url(server, token):
    assert server.get("/introspect/", {"token": token.key}).status_code == 405
    assert server.post(f"/introspect/?token={token.key}").status_code == 400


@pytest.mark.spec(SPEC, "2.1")
@pytest.mark.spec(SPEC, "2.3")
def test_nobody_may_not_ask(api_client, token):
    answer = ask(api_client, token.key)
    assert (answer.status_code, answer["WWW-Authenticate"][:5]) == (401, "Token")


@pytest.mark.spec(SPEC, "2.3")
def test_who_lacks_the_permission_is_401_too(holder, token):
    assert ask(holder, token.key).status_code == 401


def test_the_answer_is_not_stored_anywhere(server, token):
    assert ask(server, token.key)["Cache-Control"] == "no-store"


def test_when_nobody_can_say_the_answer_is_503(server, token):
    server.force_authenticate(UserFactory(is_superuser=True))
    with failing_database("revokedtoken"):
        assert ask(server, token.key).status_code == 503


def test_to_ask_about_a_revoked_token_is_a_use_of_it_by_whoever_asks(server, token, heard):
    revoke(token)
    ask(server, token.key)
    (used,) = heard
    assert used["token"].key == AuthTokenAdapter().identify(token).key
    assert used["request"].user.username == "rs"


@pytest.mark.parametrize("end", [lambda token: None, revoke, outlive])
def test_a_question_is_one_request_and_that_of_the_caller(server, token, end, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": timedelta(days=9)}
    end(token)
    with hearing(token_checked) as told:
        ask(server, token.key)
    counted = [(each["answer"], each["request"].path) for each in told]
    assert counted == [("accepted", "/introspect/")]


class Silent(RevocationMixin, BaseAuthentication):
    """Looks elsewhere than in the header."""

    def authenticate(self, request):
        return None


@pytest.mark.parametrize(
    ("classes", "found"),
    [
        ([TokenAuthentication], False),
        ([Silent], False),
        ([Silent, RevocableTokenAuthentication], True),
        ([], False),
        (None, True),
    ],
)
def test_the_classes_that_decide_are_asked(token, classes, found):
    assert (present(token.key, classes) is not None) is found
