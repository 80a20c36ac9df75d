from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from asgiref.sync import async_to_sync  # noqa: E402
from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from rest_framework.authentication import BaseAuthentication  # noqa: E402

from tests.standards.jwts import make_jwk  # noqa: E402
from tests.standards.status_list.publisher import empty_list, status_claims  # noqa: E402
from tests.standards.status_list.vectors import KEY, TOKEN  # noqa: E402
from token_revocation.exceptions import (  # noqa: E402
    RevocationUnavailable,
    TokenMissingIdentifier,
    TokenRevoked,
)
from token_revocation.standards.status_list import _fetcher  # noqa: E402
from token_revocation.standards.status_list._bits import status_at  # noqa: E402
from token_revocation.standards.status_list.consumer import (  # noqa: E402
    StatusListConsumerMixin,
    is_revoked,
)

DRAFT = "draft-ietf-oauth-status-list-20"


@pytest.mark.spec(DRAFT, "8.3")
@pytest.mark.usefixtures("publish")
def test_token_status_is_read_from_the_list(publisher):
    assert [is_revoked(status_claims(publisher, index)) for index in (0, 1)] == [False, True]
    assert publisher.requests == 1


@pytest.mark.spec(DRAFT, "5.1")
def test_status_list_token_of_the_specification_is_verified(settings, monkeypatch):
    uri = "https://example.com/statuslists/1"
    known = {"issuer": "https://example.com", "audience": "", "jwks": {"keys": [KEY]}}
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": [{**known, "status_lists": [uri]}]}
    monkeypatch.setattr(_fetcher, "_download", lambda uri: TOKEN)
    found = _fetcher.fetch_list(uri)
    assert [status_at(found.packed, i) for i in range(8)] == [1, 0, 0, 1, 1, 1, 0, 1]


def test_token_without_a_status_is_not_revoked():
    assert is_revoked({}) is False


@pytest.mark.spec(DRAFT, "8.3")
@pytest.mark.usefixtures("publish")
@pytest.mark.parametrize("index", [-1, 8, 10**20])
def test_index_out_of_range_is_rejected(publisher, index):
    assert is_revoked(status_claims(publisher, index))


@pytest.mark.spec(DRAFT, "6.2")
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.dictionaries(st.sampled_from(["status_list", "idx", "uri", "x"]), inner),
    )
)
def test_arbitrary_status_claim_counts_as_revoked(status):
    assert is_revoked({"status": status})


@pytest.mark.spec(DRAFT, "11.3")
@pytest.mark.usefixtures("publish")
@pytest.mark.parametrize("uri", ["http://169.254.169.254/x", "file:///etc/passwd", ""])
def test_url_outside_the_issuers_lists_is_not_fetched(uri):
    assert is_revoked({"status": {"status_list": {"idx": 0, "uri": uri}}})


@pytest.mark.spec(DRAFT, "8.3")
@pytest.mark.parametrize(
    "changes",
    [
        {"typ": "JWT"},
        {"key": make_jwk("2")},
        {"key": make_jwk("1")},
        {"sub": "https://example.com/other"},
        {"sub": None},
        {"iat": None},
        {"exp": time.time() - 999},
        {"status_list": None},
        {"status_list": {"bits": 3, "lst": empty_list()["lst"]}},
        {"status_list": {"bits": 1}},
        {"status_list": {"bits": 1, "lst": "!"}},
        {"status_list": {**empty_list(), "bits": 1.0}},
        {"status_list": {**empty_list(), "bits": True}},
        {"exp": float("inf")},
        {"exp": str(10**10)},
        {"ttl": [], "exp": []},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_invalid_list_is_unavailable(publish, publisher, changes):
    publish(**changes)
    with pytest.raises(RevocationUnavailable):
        is_revoked(status_claims(publisher, 0))


@pytest.mark.spec(DRAFT, "11.4")
@pytest.mark.usefixtures("publish")
@pytest.mark.parametrize("status", [302, 404, 500])
def test_error_response_is_unavailable(publisher, status):
    publisher.status = status
    with pytest.raises(RevocationUnavailable):
        is_revoked(status_claims(publisher, 0))
    assert publisher.requests == 1


@pytest.mark.usefixtures("publish")
@pytest.mark.parametrize(("seconds", "requests"), [(3600.0, 1), (0.0, 3)])
def test_failed_fetch_is_not_repeated_for_each_request(publisher, monkeypatch, seconds, requests):
    monkeypatch.setattr(_fetcher, "MIN_CACHE_SECONDS", seconds)
    publisher.status = 500
    for _ in range(3):
        with pytest.raises(RevocationUnavailable):
            is_revoked(status_claims(publisher, 0))
    assert publisher.requests == requests


@pytest.mark.usefixtures("publish")
def test_oversized_body_is_rejected(publisher, monkeypatch):
    monkeypatch.setattr(_fetcher, "MAX_RESPONSE_BYTES", 100)
    with pytest.raises(RevocationUnavailable):
        is_revoked(status_claims(publisher, 0))


@pytest.mark.usefixtures("publish")
def test_unreachable_server_is_unavailable(publisher):
    publisher.close()
    with pytest.raises(RevocationUnavailable):
        is_revoked(status_claims(publisher, 0))


@pytest.mark.spec(DRAFT, "5.1")
@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({"ttl": 60}, 60),
        ({"ttl": 1}, 5),
        ({"ttl": 10**9}, 3600),
        ({"ttl": "x"}, 3600),
        ({"ttl": -1}, 3600),
        ({"ttl": 600, "exp": 30}, 30),
    ],
    ids=str,
)
def test_cache_time_follows_ttl_and_exp_within_limits(publish, publisher, changes, seconds):
    if "exp" in changes:
        changes = {**changes, "exp": time.time() + changes["exp"]}
    publish(**changes)
    before = time.monotonic()
    until = _fetcher.fetch_list(publisher.uri).until
    assert before + seconds - 2 < until < time.monotonic() + seconds + 1


@pytest.mark.usefixtures("publish")
def test_expired_list_is_fetched_again(publisher, monkeypatch):
    monkeypatch.setattr(_fetcher, "MIN_CACHE_SECONDS", 0.0)
    monkeypatch.setattr(_fetcher, "MAX_CACHE_SECONDS", 0.0)
    is_revoked(status_claims(publisher, 0))
    is_revoked(status_claims(publisher, 0))
    assert publisher.requests == 2


@pytest.mark.usefixtures("publish")
def test_expired_list_is_dropped_from_memory(publisher, publish, monkeypatch):
    monkeypatch.setattr(_fetcher, "MIN_CACHE_SECONDS", 0.0)
    publish(exp=time.time() - 1)  # Within what a clock may be late.
    is_revoked(status_claims(publisher, 0))
    lasting = [f"{publisher.uri}/{number}" for number in (2, 3)]
    for uri in lasting:
        publish(sub=uri)
        _fetcher.fetch_list(uri)
    assert list(_fetcher._cached_lists()) == lasting


class AcceptAuthentication(BaseAuthentication):
    """A class that accepts any token that the test passes."""

    token: object = None

    def authenticate(self, request):
        return request and (SimpleNamespace(is_active=True), request)


class CheckedAuthentication(StatusListConsumerMixin, AcceptAuthentication):
    pass


@pytest.mark.usefixtures("publish")
def test_wrapped_class_accepts_only_valid_tokens(publisher):
    assert CheckedAuthentication().authenticate(status_claims(publisher, 0))
    with pytest.raises(TokenRevoked):
        CheckedAuthentication().authenticate(SimpleNamespace(payload=status_claims(publisher, 1)))
    assert CheckedAuthentication().authenticate(None) is None


class OverriddenAuthentication(CheckedAuthentication):
    def authenticate(self, request):
        return AcceptAuthentication.authenticate(self, request)


class AsyncOverriddenAuthentication(CheckedAuthentication):
    async def authenticate(self, request):
        return AcceptAuthentication.authenticate(self, request)


@pytest.mark.usefixtures("publish")
def test_overridden_authenticate_is_still_checked(publisher):
    assert OverriddenAuthentication().authenticate(status_claims(publisher, 0))
    with pytest.raises(TokenRevoked):
        OverriddenAuthentication().authenticate(status_claims(publisher, 1))
    with pytest.raises(TokenMissingIdentifier):
        OverriddenAuthentication().authenticate("no claims")


@pytest.mark.usefixtures("publish")
def test_async_authenticate_is_still_checked(publisher):
    authenticate = async_to_sync(AsyncOverriddenAuthentication().authenticate)
    assert authenticate(status_claims(publisher, 0))
    with pytest.raises(TokenRevoked):
        authenticate(status_claims(publisher, 1))
