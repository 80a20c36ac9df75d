"""What an issuer signs as a list may be anything: it is read, or not relied on."""

from __future__ import annotations

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.standards.signing import signed
from tests.standards.status_list.publisher import claims, lists
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.standards.status_list import fetching
from token_revocation.standards.status_list.consuming import is_revoked

DRAFT = "draft-ietf-oauth-status-list-20"

ODD = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just([1]) | st.just({})
)
STATUS_LISTS = ODD | st.fixed_dictionaries(
    {"bits": ODD | st.sampled_from([1, 2, 4, 8, 1.0, True]), "lst": ODD | st.just(lists()["lst"])}
)


@pytest.mark.spec(DRAFT, "8.3")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.fixed_dictionaries(
        {}, optional={"iat": ODD, "exp": ODD, "nbf": ODD, "ttl": ODD, "status_list": STATUS_LISTS}
    ),
    index=st.integers(0, 9),
)
def test_no_list_that_an_issuer_signs_breaks_the_reader(jwk, publisher, publish, said, index):
    usual = {"sub": publisher.uri, "iat": 1, "ttl": 60, "status_list": lists()}
    fetching._kept.cache_clear()
    publisher.body = signed(jwk, {**usual, **said}, typ="statuslist+jwt")
    try:
        assert is_revoked(claims(publisher, index)) in {True, False}
    except RevocationUnavailable:
        return
