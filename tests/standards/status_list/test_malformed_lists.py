"""Arbitrary status lists of a trusted issuer are read, or unavailable."""

from __future__ import annotations

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.standards.jwts import sign_claims
from tests.standards.status_list.publisher import empty_list, status_claims
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.standards.status_list import _fetcher
from token_revocation.standards.status_list.consumer import is_revoked

DRAFT = "draft-ietf-oauth-status-list-20"

ARBITRARY = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just([1]) | st.just({})
)
STATUS_LISTS = ARBITRARY | st.fixed_dictionaries(
    {
        "bits": ARBITRARY | st.sampled_from([1, 2, 4, 8, 1.0, True]),
        "lst": ARBITRARY | st.just(empty_list()["lst"]),
    }
)


@pytest.mark.spec(DRAFT, "8.3")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    claims=st.fixed_dictionaries(
        {},
        optional={
            "iat": ARBITRARY,
            "exp": ARBITRARY,
            "nbf": ARBITRARY,
            "ttl": ARBITRARY,
            "status_list": STATUS_LISTS,
        },
    ),
    index=st.integers(0, 9),
)
def test_arbitrary_signed_list_is_read_or_unavailable(jwk, publisher, publish, claims, index):
    usual = {"sub": publisher.uri, "iat": 1, "ttl": 60, "status_list": empty_list()}
    _fetcher._cached_lists.cache_clear()
    publisher.body = sign_claims(jwk, {**usual, **claims}, typ="statuslist+jwt")
    try:
        assert is_revoked(status_claims(publisher, index)) in {True, False}
    except RevocationUnavailable:
        return
