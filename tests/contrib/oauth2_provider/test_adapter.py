"""System checks, lifetime and claims of the adapter."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks

pytest.importorskip("oauth2_provider")

from token_revocation import services
from token_revocation.contrib.oauth2_provider import OAuth2ProviderAdapter

adapter = OAuth2ProviderAdapter()

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


def test_validator_without_the_check_is_an_error(settings):
    settings.OAUTH2_PROVIDER = {}
    assert [message.id for message in adapter.check()] == ["token_revocation.E031"]


def test_missing_app_is_an_error(settings):
    settings.INSTALLED_APPS = [a for a in settings.INSTALLED_APPS if a != "oauth2_provider"]
    assert [message.id for message in adapter.check()] == ["token_revocation.E030"]


def urls(*patterns):
    return type("Urls", (), {"urlpatterns": patterns})


def test_project_without_endpoints_is_not_warned(settings):
    settings.ROOT_URLCONF = urls()
    assert adapter.check() == []


def test_correct_configuration_has_no_errors(settings):
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
def test_lifetime_is_the_longest_validity_of_a_token(oauth, make_access_token, options, hours):
    oauth(**options)
    make_access_token(hours=2)
    lifetime = adapter.lifetime
    assert (lifetime and round(lifetime.total_seconds() / 3600)) == hours


def test_refresh_token_expires_after_its_access_token(oauth, log_in):
    oauth(REFRESH_TOKEN_EXPIRE_SECONDS=3600)
    grant = log_in()
    access, refresh = services.resolve(grant.access), services.resolve(grant.refresh)
    assert (refresh.expires_at - access.expires_at).total_seconds() == 3600


def test_claims_are_scope_and_audience(make_access_token):
    token = make_access_token()
    assert adapter.claims(token) == {"scope": "read"}
    token.resource = ["https://api.example.com/"]
    assert adapter.claims(token) == {"scope": "read", "aud": ["https://api.example.com/"]}
