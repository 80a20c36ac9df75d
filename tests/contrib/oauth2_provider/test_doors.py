"""What stands behind our class, and the introspection of the package."""

from __future__ import annotations

import pytest
from django.urls import resolve

pytest.importorskip("oauth2_provider")

from tests.contrib.oauth2_provider.asking import ask, form
from tests.contrib.oauth2_provider.conftest import SECRET
from token_revocation import services

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


def stock(client, raw):
    return client.get("/stock/", headers={"Authorization": f"Bearer {raw}"})


def introspect(client, log_in, raw):
    data = form(log_in().application, SECRET, token=raw)
    return client.post("/o/introspect/", **data)


def test_a_request_costs_two_queries(client, log_in, django_assert_num_queries):
    grant = log_in()
    with django_assert_num_queries(2):
        assert ask(client, grant.access).status_code == 200


def test_the_class_of_the_package_refuses_too_with_our_validator(client, log_in, user):
    grant = log_in()
    assert stock(client, grant.access).status_code == 200
    services.revoke_all(user)
    assert stock(client, grant.access).status_code == 401


def test_the_challenge_names_the_error_once(client, log_in):
    grant = log_in()
    services.revoke(services.read(grant.access))
    assert ask(client, grant.access)["WWW-Authenticate"].count("error=") == 1


def test_a_token_of_nobody_is_accepted_and_can_be_ended(client, make_access_token):
    make_access_token("for-a-client", of=None)
    headers = {"Authorization": "Bearer for-a-client"}
    assert client.get("/nobody/", headers=headers).status_code == 200
    services.revoke(services.read("for-a-client"))
    assert client.get("/nobody/", headers=headers).status_code == 401


def test_introspection_says_what_a_request_is_told(client, log_in, user):
    grant = log_in()
    assert introspect(client, log_in, grant.access).json()["active"] is True
    services.revoke_all(user)
    assert introspect(client, log_in, grant.access).json() == {"active": False}
    assert introspect(client, log_in, "garbage").json() == {"active": False}


def test_introspection_of_a_token_of_an_inactive_user_says_no(client, log_in, user, settings):
    grant = log_in()
    type(user).objects.update(is_active=False)
    view = resolve("/o/introspect/").func.view_class
    assert b'"active": false' in view.get_token_response(grant.access).content
