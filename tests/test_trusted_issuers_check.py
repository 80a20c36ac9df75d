"""Checks of ``TRUSTED_ISSUERS``, key by key."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from token_revocation._checks import check_token_revocation
from token_revocation._checks.trusted_issuers import CHECKS, check_trusted_issuers

KEYS = {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}
VALID = {
    "issuer": "https://idp.example.com",
    "audience": "client",
    "jwks_uri": "https://idp.example.com/jwks.json?tenant=1",
    "algorithms": ["ES256"],
    "subject_field": "username",
    "status_lists": ["https://idp.example.com/lists/"],
    "users": {"is_staff": False},
}
INLINE_KEYS = {"jwks": KEYS, "jwks_uri": ""}
MISSING = object()


@pytest.fixture
def found(settings):
    """Return a function that returns the ids of messages, each with a hint."""

    def found(*entries):
        settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": list(entries)}
        messages = list(check_trusted_issuers())
        assert all(message.hint for message in messages)
        return [message.id.removeprefix("token_revocation.") for message in messages]

    return found


def with_changes(**changes):
    return {name: value for name, value in {**VALID, **changes}.items() if value is not MISSING}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        INLINE_KEYS,
        {"jwks": None},
        {"audience": ["a", "b"]},
        {"audience": ""},
        {"subject_field": ""},
        {"subject_field": "groups__name"},
        {"subject_field": "pk"},
        {"users": {}},
        {"users": {"groups__name": "x"}},
        {"status_lists": ()},
        {"status_lists": ["https://idp.example.com/lists"]},
        {"algorithms": ("RS256", "EdDSA")},
    ],
)
def test_valid_entry_passes(found, changes):
    assert found(with_changes(**changes)) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issuers": "x"}, "E091"),
        ({"issuer": MISSING}, "E091"),
        ({"audience": MISSING}, "E091"),
        ({"issuer": "http://idp.example.com"}, "E093"),
        ({"issuer": "idp"}, "E093"),
        ({"issuer": None}, "E093"),
        ({"issuer": 7}, "E093"),
        ({"audience": None}, "E094"),
        ({"audience": ["a", 7]}, "E094"),
        ({"jwks_uri": MISSING}, "E092"),
        ({"jwks": KEYS}, "E092"),
        ({"jwks_uri": "http://idp.example.com/jwks.json"}, "E096"),
        ({"jwks_uri": "file:///etc/passwd"}, "E096"),
        ({"jwks_uri": 7}, "E096"),
        ({**INLINE_KEYS, "jwks": {}}, "E095"),
        ({**INLINE_KEYS, "jwks": []}, "E095"),
        ({**INLINE_KEYS, "jwks": {"keys": {}}}, "E095"),
        ({**INLINE_KEYS, "jwks": {"keys": ["x"]}}, "E095"),
        ({**INLINE_KEYS, "jwks": {"keys": []}}, "E095"),
        ({**INLINE_KEYS, "jwks": {"keys": [{"kty": "oct", "k": "AA"}]}}, "E095"),
        ({"algorithms": "RS256"}, "E097"),
        ({"algorithms": []}, "E097"),
        ({"algorithms": ["none"]}, "E097"),
        ({"algorithms": ["HS256"]}, "E097"),
        ({"algorithms": [None]}, "E097"),
        ({"status_lists": "https://idp.example.com/"}, "E098"),
        ({"status_lists": [7]}, "E098"),
        ({"status_lists": ["https://idp.example.com"]}, "E098"),
        ({"status_lists": ["http://idp.example.com/"]}, "E098"),
        ({"status_lists": ["https://idp.example.com/?x"]}, "E098"),
        ({"status_lists": [""]}, "E098"),
        ({"subject_field": "nonsense"}, "E099"),
        ({"subject_field": "groups__nonsense"}, "E099"),
        ({"subject_field": None}, "E099"),
        ({"users": {"nonsense": 1}}, "E099"),
        ({"users": {"pk": "x"}}, "E099"),
        ({"users": []}, "E099"),
    ],
)
def test_invalid_entry_is_an_error(found, changes, code):
    assert found(with_changes(**changes)) == [code]


@pytest.mark.parametrize("entries", ["x", 7, None, {"issuer": "x"}])
def test_setting_that_is_not_a_list_is_an_error(settings, entries):
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": entries}
    assert [message.id for message in check_token_revocation()] == ["token_revocation.E090"]


def test_entry_that_is_not_a_dictionary_is_an_error(found):
    assert found(VALID, 7) == ["E091"]


def test_duplicate_issuer_is_a_warning(found):
    assert found(VALID, VALID) == ["W091"]


@pytest.mark.parametrize(
    "changes",
    [{"jwks_uri": "http://localhost/jwks.json"}, {"status_lists": ["http://127.0.0.1:8000/"]}],
)
def test_http_to_localhost_is_a_warning(found, changes):
    assert found(with_changes(**changes)) == ["W090"]


@pytest.mark.skipif(not find_spec("jwt"), reason="PyJWT is not installed.")
def test_checked_keys_match_the_issuer_class():
    from token_revocation.standards.jose import Issuer

    assert set(CHECKS) == set(Issuer.__dataclass_fields__)
