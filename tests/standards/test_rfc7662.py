from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, TokenAuthentication
from rest_framework.test import APIClient

from tests.factories import AuthTokenFactory, UserFactory
from tests.signals import capture_signals
from token_revocation import services
from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.signals import token_checked
from token_revocation.standards._token_authentication import authenticate_token
from token_revocation.testing._databases import failing_database

pytest.importorskip("jwt")
SPEC = "RFC 7662"


@pytest.fixture(autouse=True)
def _urls(settings):
    settings.ROOT_URLCONF = "tests.standards.urls"


@pytest.fixture
def server(db):
    """A resource server with the permission to introspect."""
    caller = UserFactory(username="rs")
    caller.user_permissions.add(Permission.objects.get(codename="view_revokedtoken"))
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {AuthTokenFactory(user=caller).key}")
    return client


def ask(client, raw, **more):
    return client.post("/introspect/", {"token": raw, **more}, format="json")


@pytest.mark.spec(SPEC, "2.2")
def test_accepted_token_is_active_with_its_metadata(server, token, user):
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
def test_expiring_token_has_exp(server, token, settings):
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


def expire(token):
    type(token).objects.filter(pk=token.pk).update(created=timezone.now() - timedelta(days=99))


@pytest.mark.spec(SPEC, "2.2")
@pytest.mark.spec(SPEC, "4")
@pytest.mark.parametrize("invalidate", [revoke, cut_off, deactivate, expire])
def test_inactive_token_has_no_further_members(server, token, settings, invalidate):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": timedelta(days=9)}
    invalidate(token)
    assert ask(server, token.key).json() == {"active": False}


@pytest.mark.spec(SPEC, "2.2")
@pytest.mark.parametrize("raw", ["unknown", "é", "a b", "x" * 9000, "\x00"])
def test_unknown_token_is_reported_as_inactive(server, raw):
    assert ask(server, raw).json() == {"active": False}


@pytest.mark.spec(SPEC, "2.1")
def test_token_can_be_sent_as_a_form(server, token):
    answer = server.post(
        "/introspect/",
        f"token={token.key}&token_type_hint=access_token",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.json()["active"] is True


@pytest.mark.spec(SPEC, "2.1")
@pytest.mark.parametrize("body", [{}, {"token": ""}, {"token": ["a"]}])
def test_request_without_exactly_one_token_is_invalid(server, body):
    answer = server.post("/introspect/", body, format="json")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.spec(SPEC, "4")
def test_token_in_the_url_is_rejected(server, token):
    assert server.get("/introspect/", {"token": token.key}).status_code == 405
    assert server.post(f"/introspect/?token={token.key}").status_code == 400


@pytest.mark.spec(SPEC, "2.1")
@pytest.mark.spec(SPEC, "2.3")
def test_anonymous_caller_gets_401(api_client, token):
    answer = ask(api_client, token.key)
    assert (answer.status_code, answer["WWW-Authenticate"][:5]) == (401, "Token")


@pytest.mark.spec(SPEC, "2.3")
def test_caller_without_the_permission_gets_401(holder, token):
    assert ask(holder, token.key).status_code == 401


def test_introspection_response_is_not_stored(server, token):
    assert ask(server, token.key)["Cache-Control"] == "no-store"


def test_database_failure_gets_503(server, token):
    server.force_authenticate(UserFactory(is_superuser=True))
    with failing_database("revokedtoken"):
        assert ask(server, token.key).status_code == 503


def test_introspection_of_a_revoked_token_is_signalled_with_the_request(
    server, token, revoked_token_uses
):
    revoke(token)
    ask(server, token.key)
    (used,) = revoked_token_uses
    assert used["token"].key == AuthTokenAdapter().identify(token).key
    assert used["request"].user.username == "rs"


@pytest.mark.parametrize("invalidate", [lambda token: None, revoke, expire])
def test_introspection_signals_only_the_check_of_the_caller(server, token, invalidate, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": timedelta(days=9)}
    invalidate(token)
    with capture_signals(token_checked) as signals:
        ask(server, token.key)
    counted = [(each["answer"], each["request"].path) for each in signals]
    assert counted == [("accepted", "/introspect/")]


class NoTokenAuthentication(RevocationMixin, BaseAuthentication):
    """A class that reads no token from the header."""

    def authenticate(self, request):
        return None


@pytest.mark.parametrize(
    ("classes", "found"),
    [
        ([TokenAuthentication], False),
        ([NoTokenAuthentication], False),
        ([NoTokenAuthentication, RevocableTokenAuthentication], True),
        ([], False),
        (None, True),
    ],
)
def test_only_revocable_classes_authenticate_a_token(token, classes, found):
    assert (authenticate_token(token.key, classes) is not None) is found
