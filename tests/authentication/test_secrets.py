"""What a client must keep secret is nowhere that people or machines read later."""

from __future__ import annotations

import logging

import pytest
from rest_framework.exceptions import APIException

from tests.authentication.asking import request_with
from tests.views.failing import database_that_cannot_store_a_revocation
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.testing.databases import failing_database


def causes_of(error):
    """The error, and every error that led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def refusal_of(header):
    with pytest.raises(APIException) as refusal:
        RevocableTokenAuthentication().authenticate(request_with(header))
    return refusal.value


@pytest.mark.trap("T26")
def test_no_log_record_holds_it(holder, token, caplog):
    caplog.set_level(logging.DEBUG)
    with failing_database("SELECT", "revokedtoken"):
        holder.get("/protected/")
    with database_that_cannot_store_a_revocation():
        holder.post("/auth/logout/")
    holder.post("/auth/revoke/", {"token": token.key})
    holder.get("/protected/")
    assert len(caplog.records) > 4
    assert token.key not in caplog.text
    assert token.key not in "".join(repr(vars(record)) for record in caplog.records)


def test_no_error_about_a_revoked_token_holds_it(cut_off, token):
    assert token.key not in "".join(map(repr, causes_of(refusal_of(cut_off))))


def test_no_error_about_a_token_that_was_logged_out_holds_it(holder, token, header):
    holder.post("/auth/logout/")
    assert token.key not in "".join(map(repr, causes_of(refusal_of(header))))


def test_no_error_about_an_unknown_token_holds_it(db):
    assert "c0ffee" not in "".join(map(repr, causes_of(refusal_of("Token c0ffee"))))


def test_no_error_about_a_failing_database_holds_it(token, header):
    with failing_database("SELECT"):
        error = refusal_of(header)
    assert token.key not in "".join(map(repr, causes_of(error)))


def test_no_representation_of_what_we_made_of_it_holds_it(token, user):
    ref = AuthTokenAdapter().identify(token)
    issued = services.issue(user)
    assert issued.raw == token.key
    assert token.key not in f"{ref!r} {ref} {issued!r} {issued}"


def test_no_answer_about_it_holds_it(holder, token):
    answers = [holder.get("/auth/tokens/"), holder.post("/auth/logout/"), holder.get("/protected/")]
    assert token.key not in "".join(f"{answer.headers} {answer.text}" for answer in answers)
