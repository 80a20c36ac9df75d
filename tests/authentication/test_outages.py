"""Authentication during a database failure is a 503."""

from __future__ import annotations

import pytest
from rest_framework.authentication import TokenAuthentication

from tests.authentication.requests import get_response
from token_revocation.contrib.authtoken import RevocableTokenAuthentication
from token_revocation.testing._databases import failing_database


@pytest.mark.spec("RFC 7009", "2.2.1")
@pytest.mark.parametrize("table", ["authtoken_token", "tokencutoff", "revokedtoken", "SELECT"])
def test_database_failure_gets_503(header, table):
    with failing_database(table):
        answer = get_response(RevocableTokenAuthentication, header=header)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.data["code"] == "revocation_unavailable"
    assert "WWW-Authenticate" not in answer


def test_logged_out_token_is_503_during_a_failure(holder, header):
    holder.post("/auth/logout/")
    with failing_database("revokedtoken"):
        assert get_response(RevocableTokenAuthentication, header=header).status_code == 503


def test_next_class_does_not_accept_the_token(header):
    with failing_database("revokedtoken"):
        answer = get_response(RevocableTokenAuthentication, TokenAuthentication, header=header)
    assert answer.status_code == 503


def test_token_is_accepted_after_the_failure(header):
    with failing_database("SELECT"):
        get_response(RevocableTokenAuthentication, header=header)
    assert get_response(RevocableTokenAuthentication, header=header).status_code == 200


def test_request_without_a_token_needs_no_database(db):
    with failing_database():
        assert get_response(RevocableTokenAuthentication).status_code == 401
