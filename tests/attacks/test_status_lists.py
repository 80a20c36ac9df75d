"""Status lists of other issuers: allowed locations, slow servers, and replayed old lists."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from tests.attacks import hostile_server as hostile
from tests.attacks.hostile_server import elapsed_seconds, respond_with, serve, wait_for_fetch
from tests.standards.jwts import make_jwk, make_jwt, trusted
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.standards import _remote_value
from token_revocation.standards.status_list import _fetcher
from token_revocation.standards.status_list._bits import compress, pack
from token_revocation.standards.status_list._fetcher import is_under
from token_revocation.standards.status_list.consumer import is_revoked

JWK = make_jwk()

pytestmark = pytest.mark.usefixtures("short_timeouts")


@pytest.fixture
def trust(settings):
    def trust(*prefixes):
        settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": trusted(JWK, status_lists=prefixes)}

    return trust


@pytest.fixture
def clock(monkeypatch):
    """The clock of the cached lists, which a test moves by its ``offset``."""
    clock = SimpleNamespace(offset=0.0)
    clock.monotonic = lambda: time.monotonic() + clock.offset
    monkeypatch.setattr(_fetcher, "time", clock)
    monkeypatch.setattr(_remote_value, "time", clock)
    return clock


def respond_with_list(uri, revoked=(), **changes):
    """Make the response of a server that publishes a status list."""
    status_list = {"bits": 1, "lst": compress(pack(revoked, 8))}
    claims = {"sub": uri, "jti": None, "ttl": 60, "status_list": status_list, **changes}
    return respond_with(make_jwt(JWK, typ="statuslist+jwt", **claims).encode())


def lookup(uri, index=0):
    return is_revoked({"status": {"status_list": {"idx": index, "uri": uri}}})


PREFIX = "https://partner.example.com"


@pytest.mark.parametrize(
    ("uri", "prefix"),
    [
        (f"{PREFIX}/1", PREFIX),
        (PREFIX, PREFIX),
        (f"{PREFIX}/lists/1", f"{PREFIX}/lists"),
        (f"{PREFIX}/lists/1", f"{PREFIX}/lists/"),
        (f"{PREFIX}/lists", f"{PREFIX}/lists"),
        (f"{PREFIX}/lists?page=1", f"{PREFIX}/lists"),
        (f"{PREFIX.upper()}/lists/1", f"{PREFIX}/lists"),
    ],
)
def test_a_list_under_the_prefix_is_fetched(uri, prefix):
    assert is_under(uri, prefix)


@pytest.mark.parametrize(
    ("uri", "prefix"),
    [
        (f"{PREFIX}.evil.example/1", PREFIX),
        (f"{PREFIX}@evil.example/1", PREFIX),
        (f"{PREFIX}:8443/1", PREFIX),
        (f"{PREFIX}:x/1", PREFIX),
        ("http://partner.example.com/1", PREFIX),
        (f"{PREFIX}/lists-of-others/1", f"{PREFIX}/lists"),
        (f"{PREFIX}/lists", f"{PREFIX}/lists/"),
        (f"{PREFIX}/lists/../upload/1", f"{PREFIX}/lists"),
        (f"{PREFIX}/lists/%2e%2E/upload/1", f"{PREFIX}/lists"),
        (f"{PREFIX}/lists/..%2Fupload/1", f"{PREFIX}/lists"),
        (f"{PREFIX}/lists/%252e%252e/upload", f"{PREFIX}/lists"),
        (f"{PREFIX}/lists/..\\upload", f"{PREFIX}/lists"),
        (f"{PREFIX}/lists/\nx", f"{PREFIX}/lists"),
        (f"{PREFIX}\\.evil.example/1", PREFIX),
        (f"{PREFIX}#/1", PREFIX),
        (f" {PREFIX}/1", PREFIX),
        (f"{PREFIX}/lists/ä", f"{PREFIX}/lists"),
        ("https://[partner.example.com/1", PREFIX),
        ("", PREFIX),
        (f"{PREFIX}/1", ""),
        (f"{PREFIX}/1", "h"),
    ],
)
def test_a_list_outside_the_prefix_is_not_fetched(trust, uri, prefix):
    assert not is_under(uri, prefix)
    trust(prefix)
    assert lookup(uri)  # Treated as revoked, without a request.


@pytest.mark.trap("T44")
@pytest.mark.parametrize(
    "answer", [hostile.hanging, hostile.dripping_headers, hostile.dripping_body]
)
def test_concurrent_requests_share_one_fetch_and_time_out(trust, answer):
    with serve(answer) as server, ThreadPoolExecutor(8) as pool:
        trust(f"http://{server.host}/")
        durations = list(pool.map(lambda _: elapsed_seconds(lambda: lookup(server.uri)), range(8)))
        assert max(durations) < 1.5
        assert server.request_count == 1
        wait_for_list(server.uri)
        assert elapsed_seconds(lambda: lookup(server.uri)) < 1.0
        assert server.request_count == 1


@pytest.mark.trap("T44")
def test_a_list_is_refetched_in_the_background_before_it_expires(trust, clock):
    with serve(respond_with(b"")) as server:
        server.answer = respond_with_list(server.uri, ttl=20)
        trust(f"http://{server.host}/")
        lookup(server.uri)
        server.answer = hostile.hanging
        clock.offset = 16.0
        with ThreadPoolExecutor(8) as pool:  # A request that waits gets no list.
            assert not any(pool.map(lambda _: lookup(server.uri), range(8)))
        server.wait_for_requests(2)
        clock.offset = 21.0
        with pytest.raises(RevocationUnavailable):  # Never after it expired.
            lookup(server.uri)


def test_a_list_older_than_the_last_one_is_rejected(trust, monkeypatch):
    monkeypatch.setattr(_fetcher, "MIN_CACHE_SECONDS", 0.0)
    monkeypatch.setattr(_fetcher, "MAX_CACHE_SECONDS", 0.0)
    now = int(time.time())
    with serve(respond_with(b"")) as server:
        trust(f"http://{server.host}/")
        server.answer = respond_with_list(server.uri, [0], iat=now - 10)
        assert lookup(server.uri)
        server.answer = respond_with_list(server.uri, iat=now - 11)
        with pytest.raises(RevocationUnavailable):
            lookup(server.uri)
        _fetcher._drop_expired()
        with pytest.raises(RevocationUnavailable):
            lookup(server.uri)
        server.answer = respond_with_list(server.uri, iat=now - 10)  # Signed twice in one second.
        assert not lookup(server.uri)


def test_the_number_of_remembered_lists_is_limited(monkeypatch):
    monkeypatch.setattr(_fetcher, "MAX_TRACKED_LISTS", 2)
    _fetcher._latest_issue_times.cache_clear()
    for number in range(4):
        _fetcher._reject_older(f"list {number}", 1)
    assert list(_fetcher._latest_issue_times()) == ["list 2", "list 3"]


def wait_for_list(uri):
    wait_for_fetch(_fetcher._cached_lists()[uri])
