"""Exchange of authorization codes at the token endpoint."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import Grant as Code

from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.requests import client_form
from token_revocation import services
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


@pytest.fixture
def code(log_in, user):
    application = log_in().application
    application.authorization_grant_type = "authorization-code"
    application.save()
    return Code.objects.create(
        user=user,
        code="the-code",
        application=application,
        expires=timezone.now() + timedelta(minutes=1),
        redirect_uri="https://example.com/",
        scope="read",
    )


def exchange(client, code):
    data = {
        "grant_type": "authorization_code",
        "code": code.code,
        "redirect_uri": code.redirect_uri,
    }
    return client.post("/o/token/", **client_form(code.application, SECRET, **data))


def test_tokens_count_as_issued_at_the_time_of_the_code(client, oauth, code):
    oauth(PKCE_REQUIRED=False)
    tokens = exchange(client, code).json()
    assert services.resolve(tokens["access_token"]).issued_at == code.created


def test_code_before_a_cutoff_is_rejected(client, oauth, code, user):
    oauth(PKCE_REQUIRED=False)
    services.revoke_all(user)
    assert exchange(client, code).json()["error"] == "invalid_grant"


def test_code_exchange_during_an_outage_gets_503(client, oauth, code):
    oauth(PKCE_REQUIRED=False)
    with failing_database("token_revocation_revokedtoken"):
        assert exchange(client, code).status_code == 503
