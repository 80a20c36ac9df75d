"""Logs, errors, representations and responses contain no raw token."""

from __future__ import annotations

import logging

import pytest
from rest_framework.exceptions import APIException

from tests.authentication.requests import request_with
from tests.views.outages import failing_revocation_insert
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.testing._databases import failing_database


def error_chain(error):
    """Yield ``error`` and all its causes."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def rejection_of(header):
    with pytest.raises(APIException) as raised:
        RevocableTokenAuthentication().authenticate(request_with(header))
    return raised.value


@pytest.mark.trap("T26")
def test_log_records_contain_no_token(holder, token, caplog):
    caplog.set_level(logging.DEBUG)
    with failing_database("SELECT", "revokedtoken"):
        holder.get("/protected/")
    with failing_revocation_insert():
        holder.post("/auth/logout/")
    holder.post("/auth/revoke/", {"token": token.key})
    holder.get("/protected/")
    assert len(caplog.records) > 4
    assert token.key not in caplog.text
    assert token.key not in "".join(repr(vars(record)) for record in caplog.records)


def test_error_for_a_revoked_token_contains_no_token(rejected_header, token):
    assert token.key not in "".join(map(repr, error_chain(rejection_of(rejected_header))))


def test_error_for_a_logged_out_token_contains_no_token(holder, token, header):
    holder.post("/auth/logout/")
    assert token.key not in "".join(map(repr, error_chain(rejection_of(header))))


def test_error_for_an_unknown_token_contains_no_token(db):
    assert "c0ffee" not in "".join(map(repr, error_chain(rejection_of("Token c0ffee"))))


def test_error_for_a_failing_database_contains_no_token(token, header):
    with failing_database("SELECT"):
        error = rejection_of(header)
    assert token.key not in "".join(map(repr, error_chain(error)))


def test_representations_contain_no_token(token, user):
    ref = AuthTokenAdapter().identify(token)
    issued = services.issue(user)
    assert issued.raw == token.key
    assert token.key not in f"{ref!r} {ref} {issued!r} {issued}"


def test_responses_contain_no_token(holder, token):
    answers = [holder.get("/auth/tokens/"), holder.post("/auth/logout/"), holder.get("/protected/")]
    assert token.key not in "".join(f"{answer.headers} {answer.text}" for answer in answers)
