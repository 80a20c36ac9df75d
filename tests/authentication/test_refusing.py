from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework.authentication import TokenAuthentication

from tests.authentication.asking import RevocableRealmTokenAuthentication, ask
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.models import RevokedToken

HOUR = timedelta(hours=1)
REVOKED = 'Token error="invalid_token", error_description="The token was revoked"'
EXPIRED = 'Token error="invalid_token", error_description="The token has expired"'


def test_an_unrevoked_token_is_accepted(user, header):
    answer = ask(RevocableTokenAuthentication, header=header)
    assert (answer.status_code, answer.data) == (200, user.username)


@pytest.mark.spec("RFC 6750", "3")
@pytest.mark.spec("RFC 6750", "3.1")
def test_a_token_before_a_cutoff_is_refused_with_a_challenge(cut_off):
    answer = ask(RevocableTokenAuthentication, header=cut_off)
    assert (answer.status_code, answer.data["code"]) == (401, "token_revoked")
    assert answer["WWW-Authenticate"] == REVOKED


@pytest.mark.spec("RFC 6750", "3")
@pytest.mark.spec("RFC 6750", "3.1")
def test_a_token_that_is_gone_because_it_was_logged_out_is_refused_as_revoked(holder):
    holder.post("/auth/logout/")
    answer = holder.get("/protected/")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")
    assert answer["WWW-Authenticate"] == REVOKED


def test_a_token_whose_row_came_back_is_refused_still(holder, token):
    holder.post("/auth/logout/")
    token.save(force_insert=True)
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_the_reason_is_not_disclosed(token, header):
    services.revoke(AuthTokenAdapter().identify(token), reason="fraud", note="Suspicious.")
    answer = ask(RevocableTokenAuthentication, header=header)
    assert answer.data == {"detail": "The token was revoked.", "code": "token_revoked"}


@pytest.mark.spec("RFC 6750", "3.1")
def test_an_expired_token_is_refused_with_its_own_code(holder, token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    with time_machine.travel(token.created + HOUR, tick=False):
        answer = holder.get("/protected/")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")
    assert answer["WWW-Authenticate"] == EXPIRED


def test_a_token_is_accepted_until_it_expires(holder, token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    with time_machine.travel(token.created + HOUR - timedelta(milliseconds=1), tick=False):
        assert holder.get("/protected/").status_code == 200


@pytest.mark.spec("RFC 6750", "3")
def test_a_challenge_with_parameters_is_continued(cut_off):
    answer = ask(RevocableRealmTokenAuthentication, header=cut_off)
    assert answer["WWW-Authenticate"].startswith('Token realm="api", error="invalid_token", ')


@pytest.mark.spec("RFC 6750", "3.1")
def test_a_request_without_a_token_is_challenged_without_an_error(db):
    answer = ask(RevocableTokenAuthentication)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")


def test_the_user_of_an_inactive_account_is_refused_as_in_drf(user, header):
    type(user).objects.update(is_active=False)  # Without a signal, so the token is still there.
    ours = ask(RevocableTokenAuthentication, header=header)
    theirs = ask(TokenAuthentication, header=header)
    assert (ours.status_code, ours.data) == (theirs.status_code, theirs.data)
    assert ours.data["detail"].code == "authentication_failed"


def test_the_token_of_a_deleted_user_is_refused(user, header):
    user.delete()
    assert ask(RevocableTokenAuthentication, header=header).status_code == 401


def test_a_token_logged_out_stays_refused_as_revoked_after_its_user_is_deleted(holder, user):
    holder.post("/auth/logout/")
    user.delete()
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_an_unrevoked_token_costs_no_query_more_than_in_drf(header, django_assert_num_queries):
    ask(RevocableTokenAuthentication, header=header)
    for authentication in (TokenAuthentication, RevocableTokenAuthentication):
        with django_assert_num_queries(1):
            ask(authentication, header=header)


def test_before_another_class_it_costs_one_query_more(header, django_assert_num_queries):
    ask(RevocableRealmTokenAuthentication, header=header)
    with django_assert_num_queries(2):
        ask(RevocableRealmTokenAuthentication, header=header)


@pytest.mark.parametrize("foreign", [None, "Basic dTpw"])
def test_a_request_that_is_not_ours_costs_no_query(db, django_assert_num_queries, foreign):
    with django_assert_num_queries(0):
        ask(RevocableTokenAuthentication, header=foreign)


def test_refusing_writes_nothing(cut_off, django_assert_num_queries):
    with django_assert_num_queries(2):
        ask(RevocableTokenAuthentication, header=cut_off)
    assert not RevokedToken.objects.exists()
