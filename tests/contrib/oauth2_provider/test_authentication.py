"""Requests with access tokens, and introspection by OAuth Toolkit."""

from __future__ import annotations

import pytest
from django.urls import resolve

pytest.importorskip("oauth2_provider")

from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.requests import client_form, get_protected
from token_revocation import services
from token_revocation.contrib.oauth2_provider import RevocableOAuth2Authentication

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


def get_stock(client, raw):
    return client.get("/stock/", headers={"Authorization": f"Bearer {raw}"})


def introspect(client, log_in, raw):
    data = client_form(log_in().application, SECRET, token=raw)
    return client.post("/o/introspect/", **data)


def test_request_costs_two_queries(client, log_in, django_assert_num_queries):
    grant = log_in()
    with django_assert_num_queries(2):
        assert get_protected(client, grant.access).status_code == 200


def test_stock_authentication_class_rejects_with_the_revocable_validator(client, log_in, user):
    grant = log_in()
    assert get_stock(client, grant.access).status_code == 200
    services.revoke_all(user)
    assert get_stock(client, grant.access).status_code == 401


def test_challenge_has_one_error(client, log_in):
    grant = log_in()
    services.revoke(services.resolve(grant.access))
    assert get_protected(client, grant.access)["WWW-Authenticate"].count("error=") == 1


def test_token_without_a_user_is_accepted_and_can_be_revoked(client, make_access_token):
    make_access_token("for-a-client", of=None)
    headers = {"Authorization": "Bearer for-a-client"}
    assert client.get("/anonymous/", headers=headers).status_code == 200
    services.revoke(services.resolve("for-a-client"))
    assert client.get("/anonymous/", headers=headers).status_code == 401


def test_stock_introspection_reports_a_revoked_token_as_inactive(client, log_in, user):
    grant = log_in()
    assert introspect(client, log_in, grant.access).json()["active"] is True
    services.revoke_all(user)
    assert introspect(client, log_in, grant.access).json() == {"active": False}
    assert introspect(client, log_in, "garbage").json() == {"active": False}


def test_stock_introspection_reports_tokens_of_an_inactive_user_as_inactive(
    client, log_in, user, settings
):
    grant = log_in()
    type(user).objects.update(is_active=False)
    view = resolve("/o/introspect/").func.view_class
    assert b'"active": false' in view.get_token_response(grant.access).content


def test_authentication_without_a_request_finds_no_token():
    assert RevocableOAuth2Authentication().authenticate(None) is None
