"""OAuth grants that end with ``SESSION_LIFETIME``."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken

from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.requests import client_form, get_protected
from token_revocation import clock
from token_revocation.clock import now

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password"),
]

LIFETIME = timedelta(hours=2)


@pytest.fixture(autouse=True)
def _limit(monkeypatch, settings):
    monkeypatch.setattr(clock, "UTC_NOW", {})
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "SESSION_LIFETIME": LIFETIME}


@pytest.mark.spec("OWASP ASVS 5.0", "10.4.8")
@pytest.mark.parametrize("rotates", [True, False])
def test_refreshed_access_token_expires_with_the_session(oauth, log_in, refresh, client, rotates):
    oauth(ROTATE_REFRESH_TOKEN=rotates)
    grant = log_in()
    assert 7190 <= expires_in() <= 7200
    with time_machine.travel(now() + LIFETIME / 2):
        body = refresh(grant).json()
        assert 3590 <= body["expires_in"] <= 3600
        assert 3590 <= expires_in() <= 3600
        assert get_protected(client, body["access_token"]).status_code == 200
    with time_machine.travel(now() + LIFETIME):
        answer = refresh(grant._replace(refresh=body["refresh_token"]))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def expires_in():
    """Return the seconds until the stored access token expires."""
    return (AccessToken.objects.get().expires - now()).total_seconds()


def test_token_of_a_client_has_no_session(make_application, client):
    application = make_application(authorization_grant_type="client-credentials")
    form = client_form(application, SECRET, grant_type="client_credentials")
    body = client.post("/o/token/", **form).json()
    assert body["expires_in"] > LIFETIME.total_seconds()
    with time_machine.travel(now() + LIFETIME):
        # The view requires a user; the token itself is accepted.
        assert get_protected(client, body["access_token"]).status_code == 403
