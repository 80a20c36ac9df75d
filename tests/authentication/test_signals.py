from __future__ import annotations

from datetime import timedelta

from tests.authentication.requests import get_response
from tests.signals import connected, failing_receiver
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.signals import revoked_token_used


def test_use_of_a_revoked_token_sends_a_signal(rejected_header, token, revoked_token_uses):
    get_response(RevocableTokenAuthentication, header=rejected_header)
    (signal,) = revoked_token_uses
    assert signal["sender"] is RevocableTokenAuthentication
    assert signal["token"] == AuthTokenAdapter().identify(token)
    assert signal["request"].headers["Authorization"] == rejected_header


def test_failing_receiver_does_not_accept_the_token(rejected_header):
    with connected(failing_receiver, revoked_token_used):
        assert get_response(RevocableTokenAuthentication, header=rejected_header).status_code == 401


def test_accepted_token_sends_no_signal(header, revoked_token_uses):
    get_response(RevocableTokenAuthentication, header=header)
    assert revoked_token_uses == []


def test_unknown_token_sends_no_signal(db, revoked_token_uses):
    get_response(RevocableTokenAuthentication, header="Token unknown")
    assert revoked_token_uses == []


def test_use_of_a_logged_out_token_sends_a_signal(holder, token, revoked_token_uses):
    holder.post("/auth/logout/")
    holder.get("/protected/")
    (signal,) = revoked_token_uses
    assert signal["sender"] is RevocableTokenAuthentication
    assert signal["token"].key == AuthTokenAdapter().identify(token).key
    assert signal["request"].path == "/protected/"


def test_expired_token_sends_no_signal(holder, revoked_token_uses, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": timedelta(microseconds=1)}
    assert holder.get("/protected/").json()["code"] == "token_expired"
    assert revoked_token_uses == []
