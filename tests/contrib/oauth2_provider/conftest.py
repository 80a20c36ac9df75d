from __future__ import annotations

from datetime import timedelta
from importlib.util import find_spec
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from tests.contrib.oauth2_provider.requests import Grant, client_form

# Without OAuth Toolkit the tests are skipped, but this module is imported all the same.
if find_spec("oauth2_provider"):
    from oauth2_provider.models import Application

VALIDATOR = "token_revocation.contrib.oauth2_provider.validators.RevocableOAuth2Validator"
FORM = "application/x-www-form-urlencoded"
SECRET = "a secret that is known"


@pytest.fixture(autouse=True)
def oauth(settings):
    """Use OAuth Toolkit with the revocable validator; returns a function for settings."""
    settings.ROOT_URLCONF = "tests.contrib.oauth2_provider.urls"
    settings.TOKEN_REVOCATION = {
        "ADAPTERS": ["token_revocation.contrib.oauth2_provider.OAuth2ProviderAdapter"],
    }

    def change(**options):
        settings.OAUTH2_PROVIDER = {
            "OAUTH2_VALIDATOR_CLASS": VALIDATOR,
            "ALWAYS_RELOAD_OAUTHLIB_CORE": True,
            "SCOPES": {"read": "Read", "introspection": "Introspect"},
            **options,
        }

    change()
    return change


@pytest.fixture
def make_application(db):
    def make(name="one", **options):
        options = {"authorization_grant_type": "password", **options}
        return Application.objects.create(
            name=name, client_type="confidential", client_secret=SECRET, **options
        )

    return make


@pytest.fixture
def application(make_application):
    return make_application()


@pytest.fixture
def browser(user):
    """A browser in which ``user`` is logged in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def log_in(application, user, client):
    """Return a function that logs in over HTTP and returns the tokens."""

    def grant(of=user, application=application):
        data = {"grant_type": "password", "username": of.username, "password": "correct horse"}
        answer = client.post("/o/token/", **client_form(application, SECRET, scope="read", **data))
        assert answer.status_code == 200, answer.content
        tokens = answer.json()
        return Grant(tokens["access_token"], tokens["refresh_token"], application)

    return grant


@pytest.fixture
def refresh(client):
    """Return a function that refreshes a grant."""

    def ask(grant):
        data = {"grant_type": "refresh_token", "refresh_token": grant.refresh}
        return client.post("/o/token/", **client_form(grant.application, SECRET, **data))

    return ask


@pytest.fixture
def make_access_token(application, user):
    from oauth2_provider.models import AccessToken

    def make(raw="opaque", *, of=user, hours=1):
        expires = timezone.now() + timedelta(hours=hours)
        return AccessToken.objects.create(
            user=of, application=application, token=raw, expires=expires, scope="read"
        )

    return make


@pytest.fixture
def revoke(client):
    """Return a function that revokes a token, with HTTP Basic client authentication."""

    def post(grant, raw=None, *, by=None, secret=SECRET, **data):
        data = {"token": raw or grant.access, **data}
        return client.post("/revoke/", **client_form(by or grant.application, secret, **data))

    return post


@pytest.fixture
def post(client):
    """Return a function that posts a form to the revocation endpoint."""

    def send(data, authorization=None, query=""):
        headers = {"Authorization": authorization} if authorization else {}
        return client.post(f"/revoke/{query}", urlencode(data), content_type=FORM, headers=headers)

    return send


@pytest.fixture
def public(log_in):
    """Tokens that were issued to a public client."""
    grant = log_in()
    grant.application.client_type = "public"
    grant.application.save()
    return grant
