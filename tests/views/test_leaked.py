"""Staff send a list of leaked tokens, and what is a token of ours has ended."""

from __future__ import annotations

import json
import logging

import pytest

from tests.factories import AuthTokenFactory
from tests.views.failing import database_that_cannot_store_a_revocation
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.views.leaked import MAX_BODY, MAX_TOKENS

PATH = "/auth/revoke/leaked/"


@pytest.fixture
def raws(db):
    return [AuthTokenFactory().key for _ in range(3)]


def test_they_end_and_the_answer_counts_them(officer, raws, client_of):
    answer = officer.post(PATH, {"tokens": [*raws, "x"]})
    assert answer.status_code == 202
    assert answer.json() == {"given": 4, "found": 3, "ended": 3}
    assert {client_of(raw).get("/protected/").status_code for raw in raws} == {401}


def test_why_and_by_whom_is_kept(officer, staff, raws):
    officer.post(PATH, {"tokens": raws, "reason": "pasted", "note": "In a public repository."})
    row = RevokedToken.objects.first()
    assert (row.reason, row.note, row.revoked_by) == ("pasted", "In a public repository.", staff)


def test_the_reason_is_a_leak_unless_told_otherwise(officer, raws):
    officer.post(PATH, {"tokens": raws})
    assert set(RevokedToken.objects.values_list("reason", flat=True)) == {"leaked"}


def test_sending_it_twice_is_harmless(officer, raws):
    answers = [officer.post(PATH, {"tokens": raws}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[1].json()["ended"] == 0
    assert RevokedToken.objects.count() == 3


def test_white_space_around_a_token_is_no_part_of_it(officer, raws):
    assert officer.post(PATH, {"tokens": [f" {raws[0]}\n"]}).json()["ended"] == 1


def test_garbage_in_the_list_does_not_save_the_tokens_in_it(officer, raws):
    garbage = ["", "\x00", "\ud800", "ü", "x" * 9000, "null", 7]
    body = json.dumps({"tokens": [*garbage, *raws]})
    answer = officer.generic("POST", PATH, body, content_type="application/json")
    assert (answer.status_code, answer.json()["found"]) == (202, 3)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"tokens": []},
        {"tokens": "x"},
        {"tokens": {"a": "b"}},
        {"tokens": [None]},
        {"tokens": [["x"]]},
        {"tokens": ["x"] * (MAX_TOKENS + 1)},
        {"tokens": ["x"], "reason": "r" * 65},
        {"tokens": ["x"], "note": "\x00"},
    ],
)
def test_a_body_that_is_no_such_list_is_an_error(officer, body, raws):
    if isinstance(body, dict) and "reason" in body:
        body = {**body, "tokens": raws}
    assert officer.post(PATH, body).status_code == 400
    assert not RevokedToken.objects.exists()


def test_a_body_that_is_too_long_is_not_read(officer, raws):
    body = json.dumps({"tokens": raws}).ljust(MAX_BODY + 1)
    answer = officer.generic("POST", PATH, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_long")
    assert not RevokedToken.objects.exists()


def test_a_body_of_the_greatest_length_is_read(officer, raws):
    body = json.dumps({"tokens": raws}).ljust(MAX_BODY)
    answer = officer.generic("POST", PATH, body, content_type="application/json")
    assert answer.json()["ended"] == 3


def test_a_form_is_another_format(officer, raws):
    answer = officer.post(PATH, {"tokens": raws}, format="multipart")
    assert answer.status_code == 415


def test_nobody_else_may(api_client, holder, raws):
    assert api_client.post(PATH, {"tokens": raws}).status_code == 401
    assert holder.post(PATH, {"tokens": raws}).status_code == 403
    assert not RevokedToken.objects.exists()


def test_staff_without_the_permission_may_not(client_of, staff, raws):
    client = client_of(AuthTokenFactory(user=staff).key)
    assert client.post(PATH, {"tokens": raws}).status_code == 403


def test_what_cannot_be_stored_is_not_claimed(officer, raws, client_of):
    with database_that_cannot_store_a_revocation():
        answer = officer.post(PATH, {"tokens": raws})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert client_of(raws[0]).get("/protected/").status_code == 200


def test_it_is_throttled(officer, settings):
    rates = {"DEFAULT_THROTTLE_RATES": {"token_revocation": "1/min"}}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, **rates}
    answers = [officer.post(PATH, {"tokens": ["x"]}).status_code for _ in range(2)]
    assert answers == [202, 429]


def test_neither_answer_nor_row_nor_log_holds_what_was_sent(officer, raws, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.CRITICAL, logger="django.db.backends")  # Of all parameters.
    answers = [
        officer.post(PATH, {"tokens": [*raws, "another-secret", wrong]}) for wrong in ("x", [])
    ]
    said = caplog.text + "".join(repr(vars(record)) for record in caplog.records)
    said += "".join(answer.content.decode() for answer in answers)
    said += repr([*RevokedToken.objects.values(), *TokenCutoff.objects.values()])
    assert not [raw for raw in [*raws, "another-secret"] if raw in said]
