from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken, Grant, IDToken, RefreshToken

from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.openid import (
    CLIENT,
    REDIRECT_URI,
    authorize,
    code_exchange,
    provider_settings,
)
from tests.contrib.oauth2_provider.requests import client_form, get_protected
from token_revocation import services
from token_revocation.contrib.oauth2_provider import OAuth2ProviderAdapter
from token_revocation.models import RevokedToken, TokenCutoff

adapter = OAuth2ProviderAdapter()


@pytest.fixture
def application(oauth, make_application):
    silent = {"OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False}
    oauth(OIDC_RP_INITIATED_LOGOUT_ENABLED=True, **silent, **provider_settings())
    return make_application(**CLIENT)


@pytest.fixture
def sign_in(application, browser, client):
    """Return a function that logs in (OpenID Connect Core 1.0, 3.1)."""

    def tokens():
        data = authorize(browser, application.client_id)
        return client.post("/o/token/", **client_form(application, SECRET, **data)).json()

    return tokens


def exchange(client, application, code):
    return client.post("/o/token/", **client_form(application, SECRET, **code_exchange(code)))


def failing(execute, sql, *args):
    if "token_revocation_revokedtoken" in sql:
        raise OperationalError("gone away")
    return execute(sql, *args)


def test_id_token_of_an_active_session_is_accepted(client, sign_in):
    tokens = sign_in()
    assert get_protected(client, tokens["id_token"]).status_code == 200
    headers = {"Authorization": f"Bearer {tokens['id_token']}"}
    assert client.get("/stock/", headers=headers).status_code == 200


@pytest.mark.parametrize("half", ["access_token", "refresh_token"])
def test_id_token_is_revoked_with_its_session(client, sign_in, half):
    revoked, other = sign_in(), sign_in()
    services.revoke(services.resolve(revoked[half]))
    for name in ("access_token", "id_token"):
        assert get_protected(client, revoked[name]).status_code == 401
        assert get_protected(client, other[name]).status_code == 200
    assert RevokedToken.objects.count() == 3
    assert IDToken.objects.count() == 1


@pytest.mark.parametrize("path", ["/protected/", "/stock/"])
def test_id_token_before_a_cutoff_is_rejected(client, sign_in, user, path):
    headers = {"Authorization": f"Bearer {sign_in()['id_token']}"}
    services.revoke_all(user)
    assert client.get(path, headers=headers).status_code in {401, 403}


def test_id_token_has_the_session_of_its_access_token(sign_in):
    access = services.resolve(sign_in()["access_token"])
    ref = adapter.identify(IDToken.objects.get())
    assert ref.subjects == access.subjects
    assert ref.subject("session")


def test_id_token_without_an_access_token_has_no_session(sign_in):
    sign_in()
    AccessToken.objects.all().delete()
    assert adapter.identify(IDToken.objects.get()).subject("session") is None


def test_logout_with_an_id_token_revokes_its_session(client, sign_in, client_of):
    revoked, other = sign_in(), sign_in()
    assert client_of(revoked["id_token"], "Bearer").post("/logout/").status_code == 204
    assert get_protected(client, revoked["access_token"]).data["code"] == "token_revoked"
    assert get_protected(client, revoked["id_token"]).status_code == 401
    assert get_protected(client, other["access_token"]).status_code == 200
    assert TokenCutoff.objects.get().subject_type == "session"


def test_revoking_an_id_token_revokes_its_access_and_refresh_token(client, sign_in):
    """OAuth Toolkit deletes the access token with it, but keeps the refresh token."""
    tokens = sign_in()
    services.revoke(adapter.identify(IDToken.objects.get()))
    assert get_protected(client, tokens["access_token"]).data["code"] == "token_revoked"
    assert RefreshToken.objects.get().revoked
    assert RevokedToken.objects.count() == 3


def test_refreshed_id_token_counts_as_issued_at_login(client, application, sign_in):
    tokens = sign_in()
    issued_at = services.resolve(tokens["refresh_token"]).issued_at
    data = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert client.post("/o/token/", **client_form(application, SECRET, **data)).json()["id_token"]
    assert {adapter.identify(token).issued_at for token in IDToken.objects.all()} == {issued_at}


def test_id_token_during_an_outage_gets_503(client, sign_in):
    raw = sign_in()["id_token"]
    with connection.execute_wrapper(failing):
        answer = get_protected(client, raw)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert get_protected(client, raw).status_code == 200


def test_forged_id_token_is_rejected(client, sign_in):
    head, body, signature = sign_in()["id_token"].split(".")
    forged = signature[:9] + ("A" if signature[9] != "A" else "B") + signature[10:]
    assert get_protected(client, ".".join([head, body, forged])).status_code == 401


@pytest.mark.spec("OpenID Connect RP-Initiated Logout 1.0", "2")
def test_logout_by_the_client_revokes_access_refresh_and_id_token(client, sign_in, browser):
    tokens = sign_in()
    answer = browser.get("/o/logout/", {"id_token_hint": tokens["id_token"]})
    assert answer.status_code == 302
    assert RevokedToken.objects.count() == 3
    assert RefreshToken.objects.get().revoked
    assert get_protected(client, tokens["access_token"]).data["code"] == "token_revoked"
    assert get_protected(client, tokens["id_token"]).status_code == 401


def test_unknown_code_is_rejected(client, application):
    answer = exchange(client, application, "garbage")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(("active", "status"), [(True, 200), (False, 400)])
def test_code_of_an_inactive_user_is_rejected(client, application, user, active, status):
    """Also if no signal was sent, so that there is no cutoff."""
    soon = timezone.now() + timedelta(minutes=1)
    asked = {"redirect_uri": REDIRECT_URI, "scope": "read", "expires": soon}
    Grant.objects.create(user=user, application=application, code="given", **asked)
    type(user).objects.update(is_active=active)
    assert exchange(client, application, "given").status_code == status
