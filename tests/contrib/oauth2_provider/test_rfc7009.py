"""RFC 7009 with client authentication."""

from __future__ import annotations

import logging

import pytest

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken, RefreshToken

from tests.contrib.oauth2_provider.assertions import assert_invalid_request, is_nothing_stored
from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.requests import client_form, get_protected
from tests.views.outages import failing_cutoff_insert
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.testing._databases import failing_database

SPEC = "RFC 7009"

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


@pytest.mark.spec(SPEC, "2.1")
@pytest.mark.spec(SPEC, "2.2")
@pytest.mark.parametrize("half", ["access", "refresh"])
def test_access_or_refresh_token_revokes_the_whole_authorization(
    revoke, log_in, refresh, client, half
):
    grant = log_in()
    answer = revoke(grant, getattr(grant, half))
    assert (answer.status_code, answer.content) == (200, b"")
    assert get_protected(client, grant.access).status_code == 401
    assert refresh(grant).json()["error"] == "invalid_grant"
    assert TokenCutoff.objects.get().reason == Reason.REVOKED


@pytest.mark.spec(SPEC, "2.1")
def test_client_credentials_token_is_revoked(revoke, make_access_token, application):
    token = make_access_token(of=None)
    answer = revoke(None, token.token, by=application)
    assert answer.status_code == 200
    assert RevokedToken.objects.get().reason == Reason.REVOKED
    assert not AccessToken.objects.exists()


@pytest.mark.spec(SPEC, "2.1")
@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense"])
def test_wrong_hint_extends_the_search(revoke, log_in, client, hint):
    grant = log_in()
    assert revoke(grant, grant.refresh, token_type_hint=hint).status_code == 200
    assert get_protected(client, grant.access).status_code == 401


@pytest.mark.spec(SPEC, "2.1")
@pytest.mark.parametrize("half", ["access", "refresh"])
def test_token_of_another_client_is_ignored(revoke, log_in, make_application, client, half):
    grant = log_in()
    answer = revoke(grant, getattr(grant, half), by=make_application("two"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert is_nothing_stored()
    assert RefreshToken.objects.get().revoked is None
    assert get_protected(client, grant.access).status_code == 200


@pytest.mark.spec(SPEC, "2.2")
@pytest.mark.parametrize("raw", ["garbage", "a\x00b", "x" * 100_000])
def test_unknown_token_gets_200(revoke, application, raw):
    answer = revoke(None, raw, by=application)
    assert (answer.status_code, answer.content) == (200, b"")
    assert is_nothing_stored()


@pytest.mark.spec(SPEC, "2.2")
def test_second_revocation_writes_nothing(revoke, log_in):
    grant = log_in()
    revoke(grant, grant.refresh)
    before = TokenCutoff.objects.values().get()
    assert revoke(grant, grant.refresh).status_code == 200
    assert TokenCutoff.objects.values().get() == before


@pytest.mark.spec(SPEC, "2.1")
def test_token_is_required_in_the_body(post, public):
    names = {"client_id": public.application.client_id}
    assert_invalid_request(post(names))
    assert_invalid_request(post(names, query=f"?token={public.access}"))


@pytest.mark.spec(SPEC, "2.1")
def test_body_must_be_a_form(client, public):
    data = {"token": public.access, "client_id": public.application.client_id}
    assert client.post("/revoke/", data, content_type="application/json").status_code == 415
    assert is_nothing_stored()


@pytest.mark.spec(SPEC, "2")
def test_revocation_requires_post(client, log_in):
    grant = log_in()
    pair = client_form(grant.application, SECRET)["headers"]
    assert client.get("/revoke/", {"token": grant.access}, headers=pair).status_code == 405
    assert is_nothing_stored()


@pytest.mark.spec(SPEC, "2.2.1")
def test_revocation_that_cannot_be_stored_gets_503(revoke, log_in, client):
    grant = log_in()
    with failing_cutoff_insert():
        answer = revoke(grant)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert get_protected(client, grant.access).status_code == 200


@pytest.mark.spec(SPEC, "2.2.1")
def test_client_that_cannot_be_looked_up_gets_503(revoke, log_in, caplog):
    grant = log_in()
    with failing_database("oauth2_provider_application"):
        answer = revoke(grant)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert SECRET not in caplog.text
    assert grant.access not in caplog.text


def test_logs_contain_no_secret_and_no_token(revoke, post, log_in, caplog):
    grant = log_in()
    caplog.set_level(logging.DEBUG)
    names = {"client_id": grant.application.client_id, "client_secret": "wrong-secret"}
    revoke(grant, secret="wrong-secret")
    post({"token": grant.access, **names})
    revoke(grant)
    assert caplog.text
    for secret in ("wrong-secret", SECRET, grant.access):
        assert secret not in caplog.text


@pytest.mark.spec("RFC 8414", "2")
def test_metadata_lists_client_authentication_methods_for_revocation(client, settings):
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "ISSUER": "https://api.example.com"}
    assert client.get("/metadata").json() == {
        "issuer": "https://api.example.com",
        "response_types_supported": ["code"],
        "authorization_endpoint": "https://api.example.com/o/authorize/",
        "token_endpoint": "https://api.example.com/o/token/",
        "revocation_endpoint": "https://api.example.com/revoke/",
        "revocation_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "none",
        ],
    }
