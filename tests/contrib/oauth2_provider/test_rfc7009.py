"""RFC 7009 for clients that authenticate, sentence by sentence."""

from __future__ import annotations

import logging

import pytest

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken, RefreshToken

from tests.contrib.oauth2_provider.asking import ask, form
from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.revoking import assert_invalid_request, nothing_written
from tests.views.failing import database_that_cannot_store_a_cutoff
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.testing.databases import failing_database

SPEC = "RFC 7009"

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


@pytest.mark.spec(SPEC, "2.1")
@pytest.mark.spec(SPEC, "2.2")
@pytest.mark.parametrize("half", ["access", "refresh"])
def test_either_half_ends_the_whole_authorization(revoke, log_in, refresh, client, half):
    grant = log_in()
    answer = revoke(grant, getattr(grant, half))
    assert (answer.status_code, answer.content) == (200, b"")
    assert ask(client, grant.access).status_code == 401
    assert refresh(grant).json()["error"] == "invalid_grant"
    assert TokenCutoff.objects.get().reason == Reason.REVOKED


@pytest.mark.spec(SPEC, "2.1")
def test_a_token_of_a_client_that_acts_for_itself_is_ended(revoke, make_access_token, application):
    token = make_access_token(of=None)
    answer = revoke(None, token.token, by=application)
    assert answer.status_code == 200
    assert RevokedToken.objects.get().reason == Reason.REVOKED
    assert not AccessToken.objects.exists()


@pytest.mark.spec(SPEC, "2.1")
@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense"])
def test_a_wrong_hint_extends_the_search(revoke, log_in, client, hint):
    grant = log_in()
    assert revoke(grant, grant.refresh, token_type_hint=hint).status_code == 200
    assert ask(client, grant.access).status_code == 401


@pytest.mark.spec(SPEC, "2.1")
@pytest.mark.parametrize("half", ["access", "refresh"])
def test_a_token_of_another_client_is_as_unknown_as_any(
    revoke, log_in, make_application, client, half
):
    grant = log_in()
    answer = revoke(grant, getattr(grant, half), by=make_application("two"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert nothing_written()
    assert RefreshToken.objects.get().revoked is None
    assert ask(client, grant.access).status_code == 200


@pytest.mark.spec(SPEC, "2.2")
@pytest.mark.parametrize("raw", ["garbage", "a\x00b", "x" * 100_000])
def test_an_invalid_token_is_no_error(revoke, application, raw):
    answer = revoke(None, raw, by=application)
    assert (answer.status_code, answer.content) == (200, b"")
    assert nothing_written()


@pytest.mark.spec(SPEC, "2.2")
def test_a_second_time_writes_nothing(revoke, log_in):
    grant = log_in()
    revoke(grant, grant.refresh)
    before = TokenCutoff.objects.values().get()
    assert revoke(grant, grant.refresh).status_code == 200
    assert TokenCutoff.objects.values().get() == before


@pytest.mark.spec(SPEC, "2.1")
def test_the_token_is_required_in_the_body(post, public):
    names = {"client_id": public.application.client_id}
    assert_invalid_request(post(names))
    assert_invalid_request(post(names, query=f"?token={public.access}"))


@pytest.mark.spec(SPEC, "2.1")
def test_a_body_is_a_form(client, public):
    data = {"token": public.access, "client_id": public.application.client_id}
    assert client.post("/revoke/", data, content_type="application/json").status_code == 415
    assert nothing_written()


@pytest.mark.spec(SPEC, "2")
def test_only_post_revokes(client, log_in):
    grant = log_in()
    pair = form(grant.application, SECRET)["headers"]
    assert client.get("/revoke/", {"token": grant.access}, headers=pair).status_code == 405
    assert nothing_written()


@pytest.mark.spec(SPEC, "2.2.1")
def test_what_cannot_be_stored_is_503(revoke, log_in, client):
    grant = log_in()
    with database_that_cannot_store_a_cutoff():
        answer = revoke(grant)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert ask(client, grant.access).status_code == 200


@pytest.mark.spec(SPEC, "2.2.1")
def test_a_client_that_cannot_be_looked_up_is_503(revoke, log_in, caplog):
    grant = log_in()
    with failing_database("oauth2_provider_application"):
        answer = revoke(grant)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert SECRET not in caplog.text
    assert grant.access not in caplog.text


def test_no_log_has_a_secret_or_a_token(revoke, post, log_in, caplog):
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
def test_the_metadata_say_where_clients_revoke_and_how_they_authenticate(client, settings):
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
