"""Revocation of leaked tokens by staff."""

from __future__ import annotations

import json
import logging

import pytest

from tests.factories import AuthTokenFactory
from tests.views.outages import failing_revocation_insert
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.views.leaked import MAX_BODY_BYTES, MAX_TOKENS

PATH = "/auth/revoke/leaked/"


@pytest.fixture
def raws(db):
    return [AuthTokenFactory().key for _ in range(3)]


def test_leaked_tokens_are_revoked_and_counted(officer, raws, client_of):
    answer = officer.post(PATH, {"tokens": [*raws, "x"]})
    assert answer.status_code == 202
    assert answer.json() == {"received": 4, "matched": 3, "revoked": 3}
    assert {client_of(raw).get("/protected/").status_code for raw in raws} == {401}


def test_reason_note_and_staff_are_stored(officer, staff, raws):
    officer.post(PATH, {"tokens": raws, "reason": "pasted", "note": "In a public repository."})
    row = RevokedToken.objects.first()
    assert (row.reason, row.note, row.revoked_by) == ("pasted", "In a public repository.", staff)


def test_default_reason_is_leaked(officer, raws):
    officer.post(PATH, {"tokens": raws})
    assert set(RevokedToken.objects.values_list("reason", flat=True)) == {"leaked"}


def test_second_report_revokes_nothing(officer, raws):
    answers = [officer.post(PATH, {"tokens": raws}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[1].json()["revoked"] == 0
    assert RevokedToken.objects.count() == 3


def test_white_space_around_a_token_is_ignored(officer, raws):
    assert officer.post(PATH, {"tokens": [f" {raws[0]}\n"]}).json()["revoked"] == 1


def test_invalid_entries_do_not_prevent_revocation(officer, raws):
    garbage = ["", "\x00", "\ud800", "ü", "x" * 9000, "null", 7]
    body = json.dumps({"tokens": [*garbage, *raws]})
    answer = officer.generic("POST", PATH, body, content_type="application/json")
    assert (answer.status_code, answer.json()["matched"]) == (202, 3)


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
def test_invalid_body_is_400(officer, body, raws):
    if isinstance(body, dict) and "reason" in body:
        body = {**body, "tokens": raws}
    assert officer.post(PATH, body).status_code == 400
    assert not RevokedToken.objects.exists()


def test_too_long_body_is_413(officer, raws):
    body = json.dumps({"tokens": raws}).ljust(MAX_BODY_BYTES + 1)
    answer = officer.generic("POST", PATH, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_long")
    assert not RevokedToken.objects.exists()


def test_body_of_maximum_length_is_accepted(officer, raws):
    body = json.dumps({"tokens": raws}).ljust(MAX_BODY_BYTES)
    answer = officer.generic("POST", PATH, body, content_type="application/json")
    assert answer.json()["revoked"] == 3


def test_form_is_415(officer, raws):
    answer = officer.post(PATH, {"tokens": raws}, format="multipart")
    assert answer.status_code == 415


def test_other_clients_are_rejected(api_client, holder, raws):
    assert api_client.post(PATH, {"tokens": raws}).status_code == 401
    assert holder.post(PATH, {"tokens": raws}).status_code == 403
    assert not RevokedToken.objects.exists()


def test_staff_without_permission_are_rejected(client_of, staff, raws):
    client = client_of(AuthTokenFactory(user=staff).key)
    assert client.post(PATH, {"tokens": raws}).status_code == 403


def test_failed_revocation_is_503(officer, raws, client_of):
    with failing_revocation_insert():
        answer = officer.post(PATH, {"tokens": raws})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert client_of(raws[0]).get("/protected/").status_code == 200


def test_reports_are_throttled(officer, settings):
    rates = {"DEFAULT_THROTTLE_RATES": {"token_revocation": "1/min"}}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, **rates}
    answers = [officer.post(PATH, {"tokens": ["x"]}).status_code for _ in range(2)]
    assert answers == [202, 429]


def test_sent_tokens_are_not_stored_logged_or_returned(officer, raws, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.CRITICAL, logger="django.db.backends")  # Of all parameters.
    answers = [
        officer.post(PATH, {"tokens": [*raws, "another-secret", wrong]}) for wrong in ("x", [])
    ]
    said = caplog.text + "".join(repr(vars(record)) for record in caplog.records)
    said += "".join(answer.content.decode() for answer in answers)
    said += repr([*RevokedToken.objects.values(), *TokenCutoff.objects.values()])
    assert not [raw for raw in [*raws, "another-secret"] if raw in said]
