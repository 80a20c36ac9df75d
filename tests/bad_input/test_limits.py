"""Bodies above the limits of parsers: length, number of fields, depth."""

from __future__ import annotations

import pytest

from tests.bad_input.strategies import FORM, MILLION, assert_nothing_stored, assert_readable

JSON = "application/json"
MULTIPART = "multipart/form-data; boundary=x"

BODIES = {
    "lists": (JSON, "[" * 100_000),
    "objects": (JSON, '{"token":' * 100_000),
    "a number": (JSON, "9" * 5000),
    "a string": (JSON, '"' + 4 * MILLION + '"'),
    "a value": (FORM, "token=" + 4 * MILLION),
    "fields": (FORM, "&".join(f"a{n}=1" for n in range(2000))),
    "parts": (
        MULTIPART,
        "".join(
            f'--x\r\nContent-Disposition: form-data; name="a{n}"\r\n\r\n1\r\n' for n in range(2000)
        )
        + "--x--\r\n",
    ),
    "files": (
        MULTIPART,
        '--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n1\r\n' * 200
        + "--x--\r\n",
    ),
}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(
    "path", ["login/", "logout/all/", "revoke/", "revoke/leaked/", "users/0/revoke/"]
)
def test_oversized_body_is_a_client_error(root_client, path, body):
    content_type, data = BODIES[body]
    answer = root_client.generic("POST", f"/auth/{path}", data, content_type=content_type)
    assert_readable(answer)
    assert 400 <= answer.status_code < 500
    assert_nothing_stored()


@pytest.mark.spec("RFC 7009", "2.2.1")
@pytest.mark.parametrize("body", ["lists", "a value", "fields"])
def test_revoke_rejects_an_oversized_body_with_an_oauth_error(api_client, db, body):
    content_type, data = BODIES[body]
    answer = api_client.generic("POST", "/auth/revoke/", data, content_type=content_type)
    assert (answer.status_code, answer.data["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("body", BODIES)
def test_logout_accepts_an_oversized_body(holder, body):
    content_type, data = BODIES[body]
    answer = holder.generic("POST", "/auth/logout/", data, content_type=content_type)
    assert answer.status_code == 204
    assert holder.get("/protected/").json()["code"] == "token_revoked"


@pytest.mark.parametrize("length", ["9" * 5000, "0" * 5000, "9" * 20])
def test_content_length_with_many_digits_is_rejected(api_client, db, length):
    answer = api_client.generic(
        "POST", "/auth/revoke/", "token=x", content_type=FORM, CONTENT_LENGTH=length
    )
    assert (answer.status_code, answer.data["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("length", ["", "-1", "1e9", "²", "9 9"])
def test_invalid_content_length_means_no_body(api_client, db, length):
    answer = api_client.generic(
        "POST", "/auth/revoke/", "token=x", content_type=FORM, CONTENT_LENGTH=length
    )
    assert (answer.status_code, answer.data["error"]) == (400, "invalid_request")
