from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.bad_input.strategies import (
    GUARDED,
    OPEN,
    assert_nothing_stored,
    assert_readable,
    fuzz,
    percent_encoded,
)

ENDPOINTS = {**GUARDED, **OPEN}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW", "post"]


def is_unsupported(path, method):
    """Return whether the endpoint does not support the method."""
    supported = ENDPOINTS[path]
    return method.upper() not in {supported, "HEAD" if supported == "GET" else supported}


@pytest.mark.parametrize(
    ("path", "method"),
    [(path, method) for path in ENDPOINTS for method in METHODS if is_unsupported(path, method)],
)
def test_unsupported_method_is_405(root_client, path, method):
    answer = root_client.generic(method, f"/auth/{path}", "token=x", content_type="text/plain")
    assert (answer.status_code, answer.data["detail"].code) == (405, "method_not_allowed")
    assert ENDPOINTS[path] in answer["Allow"]
    assert_nothing_stored()


@pytest.mark.parametrize("path", ENDPOINTS)
def test_options_request_stores_nothing(root_client, path):
    assert root_client.options(f"/auth/{path}").status_code == 200
    assert_nothing_stored()


@fuzz
@given(user_id=st.text(st.characters(), min_size=1, max_size=60) | st.integers().map(str))
@example(user_id="\x00")
@example(user_id="\n")
@example(user_id="9" * 5000)
@example(user_id="-9223372036854775809")
@example(user_id="\ud800")
@example(user_id="\U0001f512")
def test_unknown_user_id_is_404(root_client, user_id):
    assume("/" not in user_id and not may_be_in_use(user_id))
    answer = root_client.post(f"/auth/users/{percent_encoded(user_id)}/revoke/")
    assert_readable(answer)
    assert answer.status_code == 404
    assert_nothing_stored()


def may_be_in_use(user_id):
    try:
        return 0 < int(user_id) < 10_000_000
    except ValueError:
        return False
