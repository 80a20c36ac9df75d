"""Check of ``ISSUER``."""

from __future__ import annotations

import pytest

from token_revocation._checks import check_token_revocation
from token_revocation._checks.issuer import check_issuer


@pytest.fixture
def found(settings):
    """Return a function that returns the ids of messages, each with a hint."""

    def found(issuer):
        settings.TOKEN_REVOCATION = {"ISSUER": issuer}
        messages = list(check_issuer())
        assert all(message.hint for message in messages)
        return [message.id.removeprefix("token_revocation.") for message in messages]

    return found


@pytest.mark.spec("RFC 8414", "2")
@pytest.mark.parametrize(
    "issuer",
    ["", "https://api.example.com", "https://api.example.com:8443/tenant/", "https://[::1]"],
)
def test_https_url_or_no_issuer_passes(found, issuer):
    assert found(issuer) == []


@pytest.mark.spec("RFC 8414", "2")
@pytest.mark.parametrize(
    "issuer",
    [
        "https://api.example.com?tenant=1",
        "https://api.example.com/?",
        "https://api.example.com/#",
        "http://api.example.com",
        "ftp://api.example.com",
        "api.example.com",
        "https://",
        "https:///tenant",
        "https://[api",
        "https://api.example.com:port",
        "https://api.example.com/a b",
        "https://api.example.com/\n",
        None,
        7,
        b"https://api.example.com",
    ],
)
def test_invalid_issuer_is_an_error(found, issuer):
    assert found(issuer) == ["E009"]


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_http_to_localhost_is_a_warning(found, host):
    assert found(f"http://{host}") == ["W003"]


def test_http_with_debug_is_a_warning(found, settings):
    settings.DEBUG = True
    assert found("http://web:8000") == ["W003"]
    assert found("ftp://web") == ["E009"]


def test_issuer_check_is_registered(settings):
    settings.TOKEN_REVOCATION = {"ISSUER": "invalid"}
    assert [message.id for message in check_token_revocation()] == ["token_revocation.E009"]
