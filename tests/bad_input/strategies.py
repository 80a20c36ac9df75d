"""Hypothesis strategies for requests, and assertions for every response."""

from __future__ import annotations

import json
from urllib.parse import quote_from_bytes

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from token_revocation.models import RevokedToken, TokenCutoff

UNKNOWN_ID = "01234567-89ab-8def-8123-456789abcdef"
GUARDED = {
    "logout/all/": "POST",
    "tokens/": "GET",
    f"tokens/{UNKNOWN_ID}/": "DELETE",
    "sessions/": "GET",
    "users/0/sessions/": "GET",
    "revoke/leaked/": "POST",
    "users/0/revoke/": "POST",
}
OPEN = {"login/": "POST", "logout/": "POST", "revoke/": "POST"}
MILLION = "x" * 1_000_000
FORM = "application/x-www-form-urlencoded"

# All examples of a test share its fixtures and rows, so that no example may store anything. That
# is what the tests assert.
fuzz = settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

# Servers pass any bytes, decoded as Latin-1 (PEP 3333).
headers = st.binary(max_size=200).map(lambda raw: raw.decode("latin-1"))
texts = st.text(st.characters(), max_size=200)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda children: st.lists(children) | st.dictionaries(texts, children),
    max_leaves=5,
)
bodies = st.binary(max_size=300) | st.sampled_from(
    [b"", b"{}", b"[]", b"null", b"\x00", b"{", b'"x"', b"NaN", b'{"token":1}', b"--x\r\n\r\n"]
)
content_types = st.text(st.characters(max_codepoint=255), max_size=40) | st.sampled_from(
    [
        "",
        "/",
        "*/*",
        "application/json",
        "application/xml",
        FORM,
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=\xff",
        "text/plain",
    ]
)


def form_encoded(parameters):
    """Return an encoded form, which may contain bytes that are not UTF-8."""
    encoded = (f"{name}={percent_encoded(value)}" for name, value in parameters.items())
    return "&".join(encoded)


def percent_encoded(value):
    data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    return quote_from_bytes(data, safe="")


def post_json(client, path, body):
    """Post JSON, with lone surrogates as escapes, because UTF-8 cannot encode them."""
    return client.generic("POST", path, json.dumps(body), content_type="application/json")


def assert_readable(answer):
    """Assert a success, or a client error in the format of DRF."""
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/json"
        assert isinstance(answer.data, dict)
        assert answer.data


def assert_nothing_stored():
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()
