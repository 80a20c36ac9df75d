"""Arbitrary claims of a trusted issuer are accepted, or rejected with InvalidJWT."""

from __future__ import annotations

from contextlib import suppress

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from hypothesis import given
from hypothesis import strategies as st

from tests.standards.jwts import default_claims, make_jwk, sign_claims, trusted
from token_revocation.standards.jose import InvalidJWT, verify

JWK = make_jwk()
TYPE = "secevent+jwt"


@pytest.fixture(autouse=True)
def _trust(settings):
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK)}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
"""Values of Python's JSON, which include NaN and infinity."""

CLAIMS = ["iss", "aud", "iat", "exp", "nbf", "jti", "sub", "sub_id", "events"]


@given(st.dictionaries(st.sampled_from(CLAIMS), VALUES))
def test_arbitrary_claims_are_accepted_or_rejected(claims):
    with suppress(InvalidJWT):
        verify(sign_claims(JWK, {**default_claims(), **claims}, typ=TYPE), types=[TYPE])


@pytest.mark.spec("RFC 7519", "4.1")
@pytest.mark.parametrize("claim", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("moment", [float("inf"), float("nan"), 10**400, "9" * 10, [], {}, True])
def test_invalid_numeric_date_is_rejected(claim, moment):
    with pytest.raises(InvalidJWT) as caught:
        verify(sign_claims(JWK, {**default_claims(), claim: moment}, typ=TYPE), types=[TYPE])
    assert caught.value.err == "authentication_failed"
