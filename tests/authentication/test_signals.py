from __future__ import annotations

from datetime import timedelta

from tests.authentication.asking import ask
from tests.hearing import fail, listening
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.signals import revoked_token_used


def test_a_revoked_token_that_is_used_is_a_signal(cut_off, token, heard):
    ask(RevocableTokenAuthentication, header=cut_off)
    (told,) = heard
    assert told["sender"] is RevocableTokenAuthentication
    assert told["token"] == AuthTokenAdapter().identify(token)
    assert told["request"].headers["Authorization"] == cut_off


def test_a_receiver_that_fails_does_not_let_the_token_in(cut_off):
    with listening(fail, revoked_token_used):
        assert ask(RevocableTokenAuthentication, header=cut_off).status_code == 401


def test_an_accepted_token_is_no_signal(header, heard):
    ask(RevocableTokenAuthentication, header=header)
    assert heard == []


def test_an_unknown_token_is_no_signal(db, heard):
    ask(RevocableTokenAuthentication, header="Token unknown")
    assert heard == []


def test_a_token_that_was_logged_out_is_a_signal_when_it_is_used(holder, token, heard):
    holder.post("/auth/logout/")
    holder.get("/protected/")
    (told,) = heard
    assert told["sender"] is RevocableTokenAuthentication
    assert told["token"].key == AuthTokenAdapter().identify(token).key
    assert told["request"].path == "/protected/"


def test_an_expired_token_is_no_signal(holder, heard, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": timedelta(microseconds=1)}
    assert holder.get("/protected/").json()["code"] == "token_expired"
    assert heard == []
