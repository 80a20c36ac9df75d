"""Scopes, clients, resource servers and classes of OAuth Toolkit with cached tokens."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

pytest.importorskip("oauth2_provider")

from oauth2_provider.contrib.rest_framework import OAuth2Authentication, TokenHasScope
from oauth2_provider.models import AccessToken, Application, RefreshToken
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauthlib.oauth2 import Server

from tests.authentication.requests import request_with
from tests.authentication_cache.kinds import VALIDATOR
from tests.contrib.model_instances import EmptyManager
from token_revocation import services
from token_revocation.clock import now
from token_revocation.contrib.oauth2_provider import RevocableOAuth2Authentication
from token_revocation.contrib.oauth2_provider.validators import RevocableOAuth2Validator
from token_revocation.stores import get_store


@pytest.fixture
def kind_name():
    return "oauth2_provider"


@pytest.fixture
def configure(settings):
    """Change settings of OAuth Toolkit."""

    def change(**options):
        settings.OAUTH2_PROVIDER = {"OAUTH2_VALIDATOR_CLASS": VALIDATOR, **options}

    return change


def get_response(raw, *scopes, path="/"):
    """Return the response of a view that requires ``scopes``."""

    class View(APIView):
        authentication_classes = (RevocableOAuth2Authentication,)
        permission_classes = (TokenHasScope,)
        required_scopes = scopes

        def get(self, request):
            return Response()

    return View.as_view()(APIRequestFactory().get(path, HTTP_AUTHORIZATION=f"Bearer {raw}"))


def test_the_scopes_of_a_cached_token_are_checked(cached):
    statuses = [get_response(cached.raw, scope).status_code for scope in ("read", "write")]
    assert statuses == [200, 403]


def test_changed_scopes_take_effect_immediately(cached):
    cached.row.scope = "write"
    cached.row.save()
    assert get_response(cached.raw, "read").status_code == 403


def test_a_cached_token_equals_the_stored_one(cached):
    _, token, queries = cached.authenticate()
    application, refresh_token = token.application, token.refresh_token
    assert (token, token.token, queries) == (cached.row, cached.raw, 0)
    assert (application, refresh_token) == (cached.row.application, cached.row.refresh_token)
    assert application.client_secret == Application.objects.get().client_secret
    assert refresh_token.token == RefreshToken.objects.get().token


@pytest.mark.parametrize(
    ("subject", "revoke"),
    [("session", services.revoke_session), ("client", services.revoke_client)],
)
def test_a_revoked_session_or_client_rejects_a_cached_token(cached, subject, revoke):
    revoke(cached.ref.subject(subject).id)
    assert not cached.is_accepted()


def test_a_token_without_a_user_is_cached(owner_of):
    owner = owner_of(None)
    assert [owner.authenticate()[1:] for _ in range(2)] == [(owner.row, 1), (owner.row, 0)]
    owner.row.delete()
    assert not owner.is_accepted()


def test_a_changed_client_takes_effect_immediately(cached):
    application = cached.row.application
    application.name = "renamed"
    application.save()
    _, token, queries = cached.authenticate()
    assert (token.application.name, queries) == ("renamed", 1)


def test_a_client_changed_in_a_transaction_takes_effect_after_the_commit(cached):
    application = cached.row.application
    with transaction.atomic():
        application.name = "renamed"
        application.save()
        cached.authenticate()
    assert cached.authenticate()[1].application.name == "renamed"
    assert cached.authenticate()[2] == 0


def test_tokens_of_a_deleted_client_are_rejected(cached):
    cached.row.application.delete()
    assert not cached.is_accepted()


def test_a_client_deleted_in_another_process_takes_effect_with_a_refresh(cached, in_other_process):
    in_other_process(cached.row.application.delete)
    get_store().refresh()
    assert not cached.is_accepted()


def test_a_replaced_token_is_rejected_immediately(cached):
    """A refresh without rotation stores the new token in the same row."""
    cached.row.token = "replaced"
    cached.row.save()
    assert cached.authenticate()[0] is None


def test_a_token_for_a_resource_is_checked_by_url(owner_of, user):
    owner = owner_of(user, resource=["https://other.example/"])
    assert [owner.authenticate()[0] for _ in range(2)] == [None, None]
    AccessToken.objects.update(resource=["http://testserver/"])
    assert [owner.authenticate()[2] for _ in range(2)] == [1, 1]
    AccessToken.objects.update(resource=["https://other.example/"])
    assert owner.authenticate()[0] is None


def test_a_client_that_is_not_always_usable_is_asked_each_time(owner, monkeypatch):
    asked = []

    def is_usable(self, request):
        asked.append(request)
        return len(asked) < 3

    monkeypatch.setattr(Application, "is_usable", is_usable)
    assert [owner.authenticate()[0] for _ in range(3)] == [owner.user, owner.user, None]


class StrictValidator(RevocableOAuth2Validator):
    is_strict = False

    def validate_bearer_token(self, token, scopes, request):
        return not self.is_strict and super().validate_bearer_token(token, scopes, request)


class ExtendedValidator(RevocableOAuth2Validator):
    def get_additional_claims(self, request):
        return {}


class CustomServer(Server):
    pass


class CustomBackend(OAuthLibCore):
    pass


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OAUTH2_VALIDATOR_CLASS", StrictValidator),
        ("OAUTH2_SERVER_CLASS", CustomServer),
        ("OAUTH2_BACKEND_CLASS", CustomBackend),
    ],
)
def test_custom_classes_are_called_every_time(owner, configure, name, value):
    configure(**{name: f"{__name__}.{value.__name__}"})
    assert [owner.authenticate()[2] for _ in range(2)] == [1, 1]


def test_a_token_is_not_cached_for_other_classes(cached, configure, monkeypatch):
    configure(OAUTH2_VALIDATOR_CLASS=f"{__name__}.StrictValidator")
    monkeypatch.setattr(StrictValidator, "is_strict", True)
    assert cached.authenticate()[0] is None


@pytest.mark.parametrize(
    "options",
    [
        {"OAUTH2_VALIDATOR_CLASS": f"{__name__}.ExtendedValidator"},
        {"OIDC_ENABLED": True},
    ],
)
def test_tokens_are_cached_with_other_settings(owner, configure, options):
    configure(**options)
    assert [owner.authenticate()[2] for _ in range(2)] == [1, 0]


def test_a_custom_base_class_is_called_every_time(owner):
    calls = []

    class CountingAuthentication(OAuth2Authentication):
        def authenticate(self, request):
            calls.append(request)
            return super().authenticate(request)

    class Guarded(RevocableOAuth2Authentication, CountingAuthentication):
        pass

    assert [owner.authenticate(Guarded)[2] for _ in range(2)] == [1, 1]
    assert len(calls) == 2


def test_a_custom_manager_is_queried_every_time(cached, monkeypatch):
    manager = EmptyManager()
    manager.model = AccessToken
    monkeypatch.setitem(vars(AccessToken._meta), "default_manager", manager)
    assert cached.authenticate()[0] is None


def test_a_query_string_is_parsed_as_by_oauth_toolkit(cached):
    assert cached.authenticate(query="page=2&cursor=" + quote("a=b&"))[2] == 0
    with pytest.raises(SuspiciousOperation):
        cached.authenticate(query="page=%zz")


@pytest.mark.parametrize("query", ["access_token=x", "access%5ftoken=x"])
def test_a_token_in_the_url_is_judged_by_oauth_toolkit(cached, configure, query):
    configure(COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT=True)
    assert cached.is_accepted()
    assert cached.authenticate(query=query)[0] is None


def test_another_scheme_is_not_accepted(cached):
    assert RevocableOAuth2Authentication().authenticate(request_with(f"Token {cached.raw}")) is None


def test_a_resource_server_introspects_an_expired_token(cached, configure, monkeypatch):
    configure(
        RESOURCE_SERVER_INTROSPECTION_URL="https://issuer.example/introspect",
        RESOURCE_SERVER_AUTH_TOKEN="a token",
    )
    asked = []
    monkeypatch.setattr(
        RevocableOAuth2Validator,
        "_get_token_from_authentication_server",
        lambda *args: asked.append(args),
    )
    assert cached.authenticate()[0]
    assert not asked
    with time_machine.travel(now() + timedelta(days=1)):
        get_store().refresh()
        assert cached.authenticate()[0] is None
    assert len(asked) == 1
