from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken, Grant, IDToken, RefreshToken

from tests.contrib.oauth2_provider.asking import ask, form
from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.openid import BACK, CLIENT, authorize, exchange_of, provider
from token_revocation import services
from token_revocation.contrib.oauth2_provider import OAuth2ProviderAdapter
from token_revocation.models import RevokedToken, TokenCutoff

adapter = OAuth2ProviderAdapter()


@pytest.fixture
def application(oauth, make_application):
    silent = {"OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False}
    oauth(OIDC_RP_INITIATED_LOGOUT_ENABLED=True, **silent, **provider())
    return make_application(**CLIENT)


@pytest.fixture
def browser(user):
    """Where the user has logged in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def sign_in(application, browser, client):
    """OpenID Connect Core 1.0, section 3.1, over HTTP: what the client gets."""

    def tokens():
        data = authorize(browser, application.client_id)
        return client.post("/o/token/", **form(application, SECRET, **data)).json()

    return tokens


def exchange(client, application, code):
    return client.post("/o/token/", **form(application, SECRET, **exchange_of(code)))


def failing(execute, sql, *args):
    if "token_revocation_revokedtoken" in sql:
        raise OperationalError("gone away")
    return execute(sql, *args)


def test_an_id_token_of_a_living_session_is_accepted(client, sign_in):
    tokens = sign_in()
    assert ask(client, tokens["id_token"]).status_code == 200
    headers = {"Authorization": f"Bearer {tokens['id_token']}"}
    assert client.get("/stock/", headers=headers).status_code == 200


@pytest.mark.parametrize("half", ["access_token", "refresh_token"])
def test_the_id_token_ends_with_the_others(client, sign_in, half):
    ended, other = sign_in(), sign_in()
    services.revoke(services.read(ended[half]))
    for name in ("access_token", "id_token"):
        assert ask(client, ended[name]).status_code == 401
        assert ask(client, other[name]).status_code == 200
    assert RevokedToken.objects.count() == 3
    assert IDToken.objects.count() == 1


@pytest.mark.parametrize("path", ["/protected/", "/stock/"])
def test_an_id_token_from_before_a_cutoff_is_refused(client, sign_in, user, path):
    headers = {"Authorization": f"Bearer {sign_in()['id_token']}"}
    services.revoke_all(user)
    assert client.get(path, headers=headers).status_code in {401, 403}


def test_an_id_token_belongs_to_the_session_of_its_access_token(sign_in):
    access = services.read(sign_in()["access_token"])
    ref = adapter.identify(IDToken.objects.get())
    assert ref.subjects == access.subjects
    assert ref.subject("session")


def test_an_id_token_whose_access_token_is_gone_belongs_to_no_session(sign_in):
    sign_in()
    AccessToken.objects.all().delete()
    assert adapter.identify(IDToken.objects.get()).subject("session") is None


def test_logging_out_with_an_id_token_ends_its_session(client, sign_in, client_of):
    ended, other = sign_in(), sign_in()
    assert client_of(ended["id_token"], "Bearer").post("/logout/").status_code == 204
    assert ask(client, ended["access_token"]).data["code"] == "token_revoked"
    assert ask(client, ended["id_token"]).status_code == 401
    assert ask(client, other["access_token"]).status_code == 200
    assert TokenCutoff.objects.get().subject_type == "session"


def test_revoking_an_id_token_ends_what_was_issued_beside_it(client, sign_in):
    """The package deletes an access token together with it, and leaves the refresh token."""
    tokens = sign_in()
    services.revoke(adapter.identify(IDToken.objects.get()))
    assert ask(client, tokens["access_token"]).data["code"] == "token_revoked"
    assert RefreshToken.objects.get().revoked
    assert RevokedToken.objects.count() == 3


def test_a_refresh_does_not_make_an_id_token_younger_than_its_login(client, application, sign_in):
    tokens = sign_in()
    began = services.read(tokens["refresh_token"]).issued_at
    data = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert client.post("/o/token/", **form(application, SECRET, **data)).json()["id_token"]
    assert {adapter.identify(token).issued_at for token in IDToken.objects.all()} == {began}


def test_an_id_token_where_nobody_can_answer_is_answered_with_503(client, sign_in):
    raw = sign_in()["id_token"]
    with connection.execute_wrapper(failing):
        answer = ask(client, raw)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert ask(client, raw).status_code == 200


def test_a_forged_id_token_is_refused(client, sign_in):
    head, body, signature = sign_in()["id_token"].split(".")
    forged = signature[:9] + ("A" if signature[9] != "A" else "B") + signature[10:]
    assert ask(client, ".".join([head, body, forged])).status_code == 401


@pytest.mark.spec("OpenID Connect RP-Initiated Logout 1.0", "2")
def test_logout_by_the_client_ends_all_three_tokens_and_is_recorded(client, sign_in, browser):
    tokens = sign_in()
    answer = browser.get("/o/logout/", {"id_token_hint": tokens["id_token"]})
    assert answer.status_code == 302
    assert RevokedToken.objects.count() == 3
    assert RefreshToken.objects.get().revoked
    assert ask(client, tokens["access_token"]).data["code"] == "token_revoked"
    assert ask(client, tokens["id_token"]).status_code == 401


def test_a_code_that_nobody_issued_is_refused(client, application):
    answer = exchange(client, application, "garbage")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(("active", "status"), [(True, 200), (False, 400)])
def test_a_code_of_an_inactive_user_is_refused(client, application, user, active, status):
    """Also where no signal has told of it, and so no cutoff has been written."""
    soon = timezone.now() + timedelta(minutes=1)
    asked = {"redirect_uri": BACK, "scope": "read", "expires": soon}
    Grant.objects.create(user=user, application=application, code="given", **asked)
    type(user).objects.update(is_active=active)
    assert exchange(client, application, "given").status_code == status
