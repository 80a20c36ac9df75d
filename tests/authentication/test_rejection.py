from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework.authentication import TokenAuthentication

from tests.authentication.requests import RevocableRealmTokenAuthentication, get_response
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.models import RevokedToken

HOUR = timedelta(hours=1)
REVOKED = 'Token error="invalid_token", error_description="The token was revoked"'
EXPIRED = 'Token error="invalid_token", error_description="The token has expired"'


def test_unrevoked_token_is_accepted(user, header):
    answer = get_response(RevocableTokenAuthentication, header=header)
    assert (answer.status_code, answer.data) == (200, user.username)


@pytest.mark.spec("RFC 6750", "3")
@pytest.mark.spec("RFC 6750", "3.1")
def test_token_before_a_cutoff_is_rejected_with_a_challenge(rejected_header):
    answer = get_response(RevocableTokenAuthentication, header=rejected_header)
    assert (answer.status_code, answer.data["code"]) == (401, "token_revoked")
    assert answer["WWW-Authenticate"] == REVOKED


@pytest.mark.spec("RFC 6750", "3")
@pytest.mark.spec("RFC 6750", "3.1")
def test_token_deleted_by_a_logout_is_rejected_as_revoked(holder):
    holder.post("/auth/logout/")
    answer = holder.get("/protected/")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")
    assert answer["WWW-Authenticate"] == REVOKED


def test_recreated_token_stays_revoked(holder, token):
    holder.post("/auth/logout/")
    token.save(force_insert=True)
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_reason_is_not_disclosed(token, header):
    services.revoke(AuthTokenAdapter().identify(token), reason="fraud", note="Suspicious.")
    answer = get_response(RevocableTokenAuthentication, header=header)
    assert answer.data == {"detail": "The token was revoked.", "code": "token_revoked"}


@pytest.mark.spec("RFC 6750", "3.1")
def test_expired_token_is_rejected_with_its_own_code(holder, token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    with time_machine.travel(token.created + HOUR, tick=False):
        answer = holder.get("/protected/")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")
    assert answer["WWW-Authenticate"] == EXPIRED


def test_token_is_accepted_until_it_expires(holder, token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    with time_machine.travel(token.created + HOUR - timedelta(milliseconds=1), tick=False):
        assert holder.get("/protected/").status_code == 200


@pytest.mark.spec("RFC 6750", "3")
def test_error_is_appended_to_a_challenge_with_parameters(rejected_header):
    answer = get_response(RevocableRealmTokenAuthentication, header=rejected_header)
    assert answer["WWW-Authenticate"].startswith('Token realm="api", error="invalid_token", ')


@pytest.mark.spec("RFC 6750", "3.1")
def test_request_without_a_token_gets_a_challenge_without_an_error(db):
    answer = get_response(RevocableTokenAuthentication)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")


def test_inactive_user_is_rejected_as_in_drf(user, header):
    type(user).objects.update(is_active=False)  # Without a signal, so the token is not revoked.
    result = get_response(RevocableTokenAuthentication, header=header)
    expected = get_response(TokenAuthentication, header=header)
    assert (result.status_code, result.data) == (expected.status_code, expected.data)
    assert result.data["detail"].code == "authentication_failed"


def test_token_of_a_deleted_user_is_rejected(user, header):
    user.delete()
    assert get_response(RevocableTokenAuthentication, header=header).status_code == 401


def test_logged_out_token_stays_revoked_after_its_user_is_deleted(holder, user):
    holder.post("/auth/logout/")
    user.delete()
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_unrevoked_token_needs_as_many_queries_as_in_drf(header, django_assert_num_queries):
    get_response(RevocableTokenAuthentication, header=header)
    for authentication in (TokenAuthentication, RevocableTokenAuthentication):
        with django_assert_num_queries(1):
            get_response(authentication, header=header)


def test_custom_class_needs_one_more_query(header, django_assert_num_queries):
    get_response(RevocableRealmTokenAuthentication, header=header)
    with django_assert_num_queries(2):
        get_response(RevocableRealmTokenAuthentication, header=header)


@pytest.mark.parametrize("foreign", [None, "Basic dTpw"])
def test_request_for_another_class_needs_no_query(db, django_assert_num_queries, foreign):
    with django_assert_num_queries(0):
        get_response(RevocableTokenAuthentication, header=foreign)


def test_rejection_writes_nothing(rejected_header, django_assert_num_queries):
    with django_assert_num_queries(2):
        get_response(RevocableTokenAuthentication, header=rejected_header)
    assert not RevokedToken.objects.exists()
