"""Conformance of ``revoke/`` with RFC 7009."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from rest_framework.authtoken.models import Token

from tests.views.outages import failing_revocation_insert
from token_revocation.models import Reason, RevokedToken
from token_revocation.testing._databases import failing_database

UNKNOWN = "0123456789abcdef0123456789abcdef01234567"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def revoke(api_client):
    """Return a function that posts a form."""

    def post(*parameters, query=""):
        return api_client.post(f"/auth/revoke/{query}", urlencode(parameters), content_type=FORM)

    return post


def assert_invalid_request(answer):
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["error"] == "invalid_request"
    assert not RevokedToken.objects.exists()


@pytest.mark.spec("RFC 7009", "2.1")
@pytest.mark.spec("RFC 7009", "2.2")
def test_token_in_a_form_is_revoked(revoke, token, holder):
    answer = revoke(("token", token.key))
    assert (answer.status_code, answer.content) == (200, b"")
    assert RevokedToken.objects.get().reason == Reason.REVOKED
    assert not Token.objects.exists()


@pytest.mark.spec("RFC 7009", "2.1")
def test_revoked_token_is_rejected_immediately(revoke, token, holder):
    revoke(("token", token.key))
    answer = holder.get("/protected/")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")


def test_token_in_json_is_revoked(api_client, token, holder):
    answer = api_client.post("/auth/revoke/", {"token": token.key}, format="json")
    assert answer.status_code == 200
    assert holder.get("/protected/").status_code == 401


@pytest.mark.trap("T17")
@pytest.mark.spec("RFC 7009", "2.2")
@pytest.mark.parametrize("raw", [UNKNOWN, "x", " ", "a\x00b", "\u2603", "x" * 100_000])
def test_invalid_token_is_200_and_stores_nothing(revoke, db, raw):
    answer = revoke(("token", raw))
    assert (answer.status_code, answer.content) == (200, b"")
    assert not RevokedToken.objects.exists()


@pytest.mark.spec("RFC 7009", "2.2")
def test_second_revocation_changes_nothing(revoke, token):
    revoke(("token", token.key))
    before = RevokedToken.objects.values().get()
    assert revoke(("token", token.key)).status_code == 200
    assert RevokedToken.objects.values().get() == before


@pytest.mark.spec("RFC 7009", "2.1")
@pytest.mark.spec("RFC 7009", "2.2")
@pytest.mark.parametrize(
    "hint",
    ["access_token", "refresh_token", "authtoken", "nonsense", "", "\x00\u2603", "x" * 100_000],
)
def test_token_type_hint_does_not_change_the_response(revoke, token, holder, hint):
    answer = revoke(("token", token.key), ("token_type_hint", hint))
    assert (answer.status_code, answer.content) == (200, b"")
    assert holder.get("/protected/").status_code == 401


@pytest.mark.spec("RFC 7009", "2.1")
@pytest.mark.parametrize("parameters", [[], [("tocken", UNKNOWN)]])
def test_token_is_required(revoke, db, parameters):
    assert_invalid_request(revoke(*parameters))


@pytest.mark.spec("RFC 6749", "3.2")
def test_empty_token_is_an_invalid_request(revoke, db):
    assert_invalid_request(revoke(("token", "")))


@pytest.mark.spec("RFC 6749", "3.2")
def test_repeated_token_is_an_invalid_request(revoke, token):
    assert_invalid_request(revoke(("token", token.key), ("token", UNKNOWN)))


@pytest.mark.spec("RFC 6749", "3.2")
def test_repeated_hint_is_an_invalid_request(revoke, token):
    hints = [("token_type_hint", "access_token")] * 2
    assert_invalid_request(revoke(("token", token.key), *hints))


@pytest.mark.spec("RFC 7009", "2.1")
@pytest.mark.parametrize("in_body", [True, False])
def test_token_in_the_url_is_an_invalid_request(revoke, token, in_body):
    body = [("token", token.key)] if in_body else []
    assert_invalid_request(revoke(*body, query=f"?token={token.key}"))


@pytest.mark.spec("RFC 7009", "2.2.1")
@pytest.mark.parametrize(
    "body", [{}, {"token": ""}, {"token": None}, {"token": 5}, {"token": ["a", "b"]}, ["a"], "a"]
)
def test_json_without_a_token_string_is_an_invalid_request(api_client, db, body):
    assert_invalid_request(api_client.post("/auth/revoke/", body, format="json"))


@pytest.mark.spec("RFC 7009", "2.2.1")
@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"token": NaN}', b"[" * 20])
def test_malformed_body_is_an_invalid_request(api_client, db, body):
    answer = api_client.generic("POST", "/auth/revoke/", body, content_type="application/json")
    assert_invalid_request(answer)


@pytest.mark.spec("RFC 7009", "2")
@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_other_methods_are_405(api_client, token, method):
    answer = getattr(api_client, method)("/auth/revoke/", {"token": token.key})
    assert (answer.status_code, answer.data["detail"].code) == (405, "method_not_allowed")
    assert not RevokedToken.objects.exists()


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", ""])
def test_other_content_types_are_415(api_client, token, content_type):
    body = f"token={token.key}"
    answer = api_client.generic("POST", "/auth/revoke/", body, content_type=content_type)
    assert (answer.status_code, answer.data["detail"].code) == (415, "unsupported_media_type")
    assert not RevokedToken.objects.exists()


@pytest.mark.spec("RFC 7009", "2.2.1")
def test_failed_revocation_is_503(revoke, token, holder):
    with failing_revocation_insert():
        answer = revoke(("token", token.key))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["code"] == "revocation_unavailable"
    assert not RevokedToken.objects.exists()
    assert holder.get("/protected/").status_code == 200


@pytest.mark.spec("RFC 7009", "2.2.1")
def test_failed_lookup_is_503(revoke, token):
    with failing_database("authtoken_token"):
        answer = revoke(("token", token.key))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_authorization_header_is_ignored(holder, token):
    answer = holder.post("/auth/revoke/", {"token": UNKNOWN})
    assert answer.status_code == 200
    assert holder.get("/protected/").status_code == 200
