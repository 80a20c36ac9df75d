from __future__ import annotations

import gzip
import random
import time
from datetime import timedelta
from math import log2
from uuid import uuid4

import pytest

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")

import time_machine  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.standards.jwts import public  # noqa: E402
from token_revocation import services  # noqa: E402
from token_revocation.standards.status_list import _tokens  # noqa: E402
from token_revocation.standards.status_list._allocation import status_claim  # noqa: E402
from token_revocation.standards.status_list._bits import decompress, status_at  # noqa: E402
from token_revocation.standards.status_list.models import StatusList  # noqa: E402
from token_revocation.testing._databases import failing_database  # noqa: E402

DRAFT = "draft-ietf-oauth-status-list-20"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_issuer")]


@pytest.fixture
def get(client, reference, own_issuer):
    def get(**headers):
        return client.get(reference["uri"].removeprefix(own_issuer), **headers)

    return get


@pytest.fixture
def _always_check(monkeypatch):
    """Check for changes at every request."""
    monkeypatch.setattr(_tokens, "CHECK_INTERVAL_SECONDS", 0)


def decode(answer):
    return jwt.decode(answer.content, options={"verify_signature": False})


@pytest.mark.spec(DRAFT, "5.1")
@pytest.mark.spec(DRAFT, "8.2")
def test_list_is_a_signed_token(get, reference, jwk):
    answer = get()
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/statuslist+jwt")
    decoded = jwt.decode_complete(answer.content, jwt.PyJWK.from_dict(public(jwk)))
    assert decoded["header"] == {"alg": "ES256", "kid": "1", "typ": "statuslist+jwt"}
    claims = decoded["payload"]
    assert claims["sub"] == reference["uri"]
    assert claims["iat"] <= time.time() < claims["exp"]
    assert claims["ttl"] > 0
    assert claims["status_list"]["bits"] == 1


@pytest.mark.spec(DRAFT, "5.1")
def test_list_verifies_with_another_library(get, jwk):
    joserfc = pytest.importorskip("joserfc.jwt")
    key = pytest.importorskip("joserfc.jwk").import_key(public(jwk))
    token = joserfc.decode(get().content.decode(), key, algorithms=["ES256"])
    assert token.header["typ"] == "statuslist+jwt"


@pytest.mark.spec(DRAFT, "7")
@pytest.mark.usefixtures("_always_check")
def test_revocation_sets_the_bit(get, token, reference):
    before = decompress(decode(get())["status_list"]["lst"])
    services.revoke(token)
    after = decompress(decode(get())["status_list"]["lst"])
    assert [status_at(packed, reference["idx"]) for packed in (before, after)] == [0, 1]
    assert sum(before) == 0


def test_revocation_is_seen_at_the_next_check(get, token, reference, monkeypatch):
    get()
    services.revoke(token)
    monkeypatch.setattr(_tokens, "CHECK_INTERVAL_SECONDS", 0.0)
    assert status_at(decompress(decode(get())["status_list"]["lst"]), reference["idx"]) == 1


def test_recently_checked_list_costs_no_query(get, django_assert_num_queries):
    etag = get()["ETag"]
    with django_assert_num_queries(0):
        assert get().status_code == 200
        assert get(HTTP_IF_NONE_MATCH=etag).status_code == 304


@pytest.mark.usefixtures("_always_check")
def test_unchanged_list_is_not_signed_again(get):
    assert get().content == get().content


@pytest.mark.usefixtures("_always_check")
def test_list_is_signed_again_before_it_expires(get):
    first = decode(get())
    with time_machine.travel(timezone.now() + timedelta(hours=13), tick=True):
        assert decode(get())["exp"] > first["exp"]


@pytest.mark.spec(DRAFT, "8.1")
def test_matching_etag_gets_304(get):
    answer = get(HTTP_IF_NONE_MATCH=get()["ETag"])
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.spec(DRAFT, "8.1")
def test_any_origin_may_read_the_list_and_cache_it(get):
    answer = get()
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == f"public, max-age={_tokens.TTL_SECONDS}"


ENTROPY = -(0.01 * log2(0.01) + 0.99 * log2(0.99))
"""Entropy of a bit that is set with a probability of 1 %, the minimum length of a code."""


@pytest.mark.spec(DRAFT, "8.2")
def test_million_tokens_with_1_percent_revoked_take_at_most_20_kb(get, monkeypatch):
    revoked = set(random.sample(range(10**6), 10**4))
    monkeypatch.setattr(_tokens, "revoked_indices", lambda status_list: revoked)
    answer = get(HTTP_ACCEPT_ENCODING="gzip")
    assert answer["Content-Encoding"] == "gzip"
    assert 10_099 < ENTROPY * 10**6 / 8 < len(answer.content) <= 20_000
    claims = jwt.decode(gzip.decompress(answer.content), options={"verify_signature": False})
    assert sum(map(int.bit_count, decompress(claims["status_list"]["lst"]))) == 10**4


@pytest.mark.spec(DRAFT, "8.4")
def test_historical_list_gets_501(get, client, reference, own_issuer):
    assert client.get(reference["uri"].removeprefix(own_issuer), {"time": "1"}).status_code == 501


def test_unknown_list_gets_404(client):
    answer = client.get(f"/status-lists/{uuid4()}/")
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (404, "*")


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_lists_are_read_only(client, method):
    assert getattr(client, method)("/status-lists/").status_code == 405


@pytest.mark.usefixtures("_always_check")
def test_database_failure_gets_503(get):
    get()
    with failing_database():
        answer = get()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


@pytest.mark.spec(DRAFT, "9")
@pytest.mark.parametrize("has_sessions", [True, False])
def test_aggregation_lists_all_unexpired_lists(client, make, reference, request, has_sessions):
    if not has_sessions:
        request.getfixturevalue("without_sessions")
    far = status_claim(make(expires_at=timezone.now() + timedelta(days=9)))["status_list"]
    assert client.get("/status-lists/").json() == {"status_lists": [reference["uri"], far["uri"]]}
    StatusList.objects.update(expires_at=timezone.now() - timedelta(days=1))
    # A session may have been refreshed since.
    kept = [reference["uri"], far["uri"]] if has_sessions else []
    assert sorted(client.get("/status-lists/").json()["status_lists"]) == sorted(kept)
