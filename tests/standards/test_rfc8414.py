"""Authorization server metadata without OAuth Toolkit."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.urls import include, path

from token_revocation.standards.rfc8414 import urlpatterns as metadata

SPEC = "RFC 8414"
WELL_KNOWN = "/.well-known/oauth-authorization-server"
ISSUER = "https://api.example.com"


@pytest.fixture(autouse=True)
def issuer(settings):
    settings.TOKEN_REVOCATION = {"ISSUER": ISSUER}


@pytest.fixture
def ask(api_client, settings):
    """Return a function that requests the metadata of a project with these routes."""

    def get(*routes, **headers):
        routes = [path(WELL_KNOWN[1:], include(metadata)), *routes]
        settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": routes})
        return api_client.get(WELL_KNOWN, headers=headers)

    return get


REVOCATION = path("auth/", include("token_revocation.urls"))
INTROSPECTION = path("introspect/", include("token_revocation.standards.rfc7662"))


@pytest.mark.spec(SPEC, "3.2")
def test_metadata_response_is_json(ask):
    answer = ask()
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


@pytest.mark.spec(SPEC, "2")
@pytest.mark.spec(SPEC, "3.3")
def test_issuer_is_the_configured_one(ask):
    assert ask().json() == {"issuer": ISSUER, "response_types_supported": []}


@pytest.mark.spec(SPEC, "2")
def test_revocation_endpoint_needs_no_client_authentication(ask):
    found = ask(REVOCATION).json()
    assert found["revocation_endpoint"] == f"{ISSUER}/auth/revoke/"
    assert found["revocation_endpoint_auth_methods_supported"] == ["none"]


@pytest.mark.spec(SPEC, "2")
def test_introspection_endpoint_is_listed_if_included(ask):
    found = ask(INTROSPECTION).json()
    assert found["introspection_endpoint"] == f"{ISSUER}/introspect/"
    assert "revocation_endpoint" not in found


@pytest.mark.spec("RFC 9701", "7")
def test_signed_introspection_lists_the_algorithm_of_the_key(ask, settings, jwk):
    settings.TOKEN_REVOCATION = {"ISSUER": ISSUER, "SIGNING_JWK": jwk}
    found = ask(path("signed/", include("token_revocation.standards.rfc9701"))).json()
    assert found["introspection_endpoint"] == f"{ISSUER}/signed/"
    assert found["introspection_signing_alg_values_supported"] == ["ES256"]


@pytest.mark.spec(SPEC, "2")
@pytest.mark.spec("draft-ietf-oauth-status-list-20", "9.3")
@pytest.mark.spec("draft-parecki-oauth-global-token-revocation-06", "4")
def test_other_included_endpoints_are_listed(ask):
    pytest.importorskip("jwt")
    routes = import_module("tests.standards.urls").urlpatterns
    found = ask(*routes).json()
    assert found["jwks_uri"] == f"{ISSUER}/jwks.json"
    assert found["status_list_aggregation_endpoint"] == f"{ISSUER}/status-lists/"
    assert found["global_token_revocation_endpoint"] == f"{ISSUER}/global/"
    methods = found["global_token_revocation_endpoint_auth_methods_supported"]
    assert methods == ["global-token-revocation+jwt"]


@pytest.mark.spec(SPEC, "3.1")
def test_issuer_path_is_not_part_of_endpoint_urls(ask, settings):
    settings.TOKEN_REVOCATION = {"ISSUER": f"{ISSUER}/tenant"}
    found = ask(REVOCATION).json()
    assert found["issuer"] == f"{ISSUER}/tenant"
    assert found["revocation_endpoint"] == f"{ISSUER}/auth/revoke/"


def test_host_header_is_ignored(ask, settings):
    settings.ALLOWED_HOSTS = ["*"]
    assert "elsewhere" not in ask(REVOCATION, host="elsewhere.example").text


def test_metadata_can_be_cached_for_an_hour(ask):
    assert ask()["Cache-Control"] == "public, max-age=3600"


def test_metadata_without_issuer_gets_404(ask, settings):
    settings.TOKEN_REVOCATION = {}
    answer = ask()
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")


@pytest.mark.spec(SPEC, "3.1")
def test_metadata_is_requested_with_get(ask, api_client):
    ask()
    assert api_client.post(WELL_KNOWN).status_code == 405
