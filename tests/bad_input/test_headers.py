from __future__ import annotations

import pytest
from hypothesis import example, given
from rest_framework.authtoken.models import Token

from tests.bad_input.strategies import (
    GUARDED,
    MILLION,
    OPEN,
    assert_nothing_stored,
    assert_readable,
    fuzz,
    headers,
)

KEY = "abcdef" + "0" * 34


@pytest.mark.parametrize("path", GUARDED)
@fuzz
@given(raw=headers)
@example(raw="")
@example(raw="\x00")
@example(raw="\xff\xfe")
@example(raw=MILLION)
@example(raw="\x00" * 1_000_000)
def test_protected_endpoints_reject_any_token(api_client, token, path, raw):
    header = f"Token {raw}"
    answer = api_client.generic(GUARDED[path], f"/auth/{path}", HTTP_AUTHORIZATION=header)
    assert_readable(answer)
    assert answer.status_code == 401
    assert_nothing_stored()


@fuzz
@given(header=headers)
@example(header="")
@example(header="\x00")
@example(header=f"Token {MILLION}")
@example(header=MILLION)
@example(header="Token " + "a " * 500_000)
def test_custom_view_rejects_any_header(api_client, token, header):
    answer = api_client.get("/protected/", HTTP_AUTHORIZATION=header)
    assert_readable(answer)
    assert answer.status_code == 401
    assert_nothing_stored()


@fuzz
@given(header=headers)
@example(header="Token \x00")
@example(header="Token \xff")
@example(header=f"Token {MILLION}")
def test_logout_accepts_any_header(api_client, token, header):
    assert api_client.post("/auth/logout/", HTTP_AUTHORIZATION=header).status_code == 204
    assert_nothing_stored()


@pytest.mark.parametrize("change", ["{}\x00", "\x00{}", "{}\xa0", "{}\xff", "x{}", "{}x"])
def test_similar_key_is_rejected(api_client, token, change):
    Token.objects.update(key=KEY)
    header = "Token " + change.format(KEY)
    assert api_client.get("/protected/", HTTP_AUTHORIZATION=header).status_code == 401
    assert api_client.post("/auth/logout/", HTTP_AUTHORIZATION=header).status_code == 204
    assert_nothing_stored()


@pytest.mark.parametrize("path", [*GUARDED, *OPEN])
@fuzz
@given(accept=headers)
@example(accept=MILLION)
@example(accept="text/html, " * 100_000)
@example(accept="/")
@example(accept="application/json; indent=\xff")
def test_endpoints_handle_any_accept_header(api_client, db, path, accept):
    answer = api_client.options(f"/auth/{path}", HTTP_ACCEPT=accept)
    assert answer.status_code in {200, 400, 401, 406}
