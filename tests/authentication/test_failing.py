"""No answer from the truth: never a 401, and never "accepted"."""

from __future__ import annotations

import pytest
from rest_framework.authentication import TokenAuthentication

from tests.authentication.asking import ask
from token_revocation.contrib.authtoken import RevocableTokenAuthentication
from token_revocation.testing.databases import failing_database


@pytest.mark.spec("RFC 7009", "2.2.1")
@pytest.mark.parametrize("table", ["authtoken_token", "tokencutoff", "revokedtoken", "SELECT"])
def test_a_database_that_cannot_answer_is_503(header, table):
    with failing_database(table):
        answer = ask(RevocableTokenAuthentication, header=header)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.data["code"] == "revocation_unavailable"
    assert "WWW-Authenticate" not in answer


def test_a_token_that_may_have_been_logged_out_is_503_too(holder, header):
    holder.post("/auth/logout/")
    with failing_database("revokedtoken"):
        assert ask(RevocableTokenAuthentication, header=header).status_code == 503


def test_the_next_class_does_not_let_the_token_in(header):
    with failing_database("revokedtoken"):
        answer = ask(RevocableTokenAuthentication, TokenAuthentication, header=header)
    assert answer.status_code == 503


def test_it_recovers_with_the_database(header):
    with failing_database("SELECT"):
        ask(RevocableTokenAuthentication, header=header)
    assert ask(RevocableTokenAuthentication, header=header).status_code == 200


def test_a_request_without_a_token_is_answered_without_the_database(db):
    with failing_database():
        assert ask(RevocableTokenAuthentication).status_code == 401
