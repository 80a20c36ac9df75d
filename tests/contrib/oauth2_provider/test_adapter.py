"""What the adapter says of the settings, and of a token."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.urls import include, path

pytest.importorskip("oauth2_provider")

from token_revocation import services
from token_revocation.contrib.oauth2_provider import OAuth2ProviderAdapter

adapter = OAuth2ProviderAdapter()

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


def test_a_validator_that_does_not_ask_is_an_error(settings):
    settings.OAUTH2_PROVIDER = {}
    assert [message.id for message in adapter.check()] == ["token_revocation.E031"]


def test_a_missing_app_is_an_error(settings):
    settings.INSTALLED_APPS = [a for a in settings.INSTALLED_APPS if a != "oauth2_provider"]
    assert [message.id for message in adapter.check()] == ["token_revocation.E030"]


def urls(*patterns):
    return type("Urls", (), {"urlpatterns": patterns})


def test_an_introspection_that_does_not_ask_is_warned_of(settings):
    settings.ROOT_URLCONF = urls(path("o/", include("oauth2_provider.urls")))
    assert [message.id for message in adapter.check()] == ["token_revocation.W033"]


def test_a_project_without_endpoints_is_not_warned(settings):
    settings.ROOT_URLCONF = urls()
    assert adapter.check() == []


def test_a_right_configuration_is_right(settings):
    found = {message.id for message in run_checks()}
    assert not found & {"token_revocation.E030", "token_revocation.E031"}
    assert adapter.check() == []


@pytest.mark.parametrize(
    ("options", "hours"),
    [
        ({}, None),
        ({"REFRESH_TOKEN_EXPIRE_SECONDS": 3600}, 11),
        ({"REFRESH_TOKEN_EXPIRE_SECONDS": 3600, "ACCESS_TOKEN_EXPIRE_SECONDS": 60}, 3),
    ],
)
def test_a_cutoff_is_kept_as_long_as_a_token_may_live(oauth, make_access_token, options, hours):
    oauth(**options)
    make_access_token(hours=2)
    lifetime = adapter.lifetime
    assert (lifetime and round(lifetime.total_seconds() / 3600)) == hours


def test_a_refresh_token_outlives_its_access_token_by_the_setting(oauth, log_in):
    oauth(REFRESH_TOKEN_EXPIRE_SECONDS=3600)
    grant = log_in()
    access, refresh = services.read(grant.access), services.read(grant.refresh)
    assert (refresh.expires_at - access.expires_at).total_seconds() == 3600


def test_claims_are_those_that_a_resource_server_may_know(make_access_token):
    token = make_access_token()
    assert adapter.claims(token) == {"scope": "read"}
    token.resource = ["https://api.example.com/"]
    assert adapter.claims(token) == {"scope": "read", "aud": ["https://api.example.com/"]}
