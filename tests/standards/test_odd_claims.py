"""What a trusted issuer signs may be anything: it is accepted, or refused in our own words."""

from __future__ import annotations

from contextlib import suppress

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from hypothesis import given
from hypothesis import strategies as st

from tests.standards.signing import make_jwk, signed, trusted, usual
from token_revocation.standards.jose import Refused, verify

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
"""What JSON can hold, and Python's with numbers that are none."""

CLAIMS = ["iss", "aud", "iat", "exp", "nbf", "jti", "sub", "sub_id", "events"]


@given(st.dictionaries(st.sampled_from(CLAIMS), VALUES))
def test_no_claim_that_an_issuer_signs_breaks_the_parser(claims):
    with suppress(Refused):
        verify(signed(JWK, {**usual(), **claims}, typ=TYPE), types=[TYPE])


@pytest.mark.spec("RFC 7519", "4.1")
@pytest.mark.parametrize("claim", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("moment", [float("inf"), float("nan"), 10**400, "9" * 10, [], {}, True])
def test_a_moment_that_is_none_is_refused(claim, moment):
    with pytest.raises(Refused) as caught:
        verify(signed(JWK, {**usual(), claim: moment}, typ=TYPE), types=[TYPE])
    assert caught.value.err == "authentication_failed"
