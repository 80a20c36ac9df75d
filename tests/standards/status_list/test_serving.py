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

from tests.standards.signing import public  # noqa: E402
from tests.views.failing import failing_database  # noqa: E402
from token_revocation import services  # noqa: E402
from token_revocation.standards.status_list import documents  # noqa: E402
from token_revocation.standards.status_list.bits import expand, status_at  # noqa: E402
from token_revocation.standards.status_list.issuing import status_claim  # noqa: E402
from token_revocation.standards.status_list.models import StatusList  # noqa: E402

DRAFT = "draft-ietf-oauth-status-list-20"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("us")]


@pytest.fixture
def get(client, place, us):
    def get(**headers):
        return client.get(place["uri"].removeprefix(us), **headers)

    return get


@pytest.fixture
def _impatient(monkeypatch):
    """Look at every request whether something has changed."""
    monkeypatch.setattr(documents, "REFRESH", 0)


def read(answer):
    return jwt.decode(answer.content, options={"verify_signature": False})


@pytest.mark.spec(DRAFT, "5.1")
@pytest.mark.spec(DRAFT, "8.2")
def test_a_list_is_a_signed_token(get, place, jwk):
    answer = get()
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/statuslist+jwt")
    said = jwt.decode_complete(answer.content, jwt.PyJWK.from_dict(public(jwk)))
    assert said["header"] == {"alg": "ES256", "kid": "1", "typ": "statuslist+jwt"}
    claims = said["payload"]
    assert claims["sub"] == place["uri"]
    assert claims["iat"] <= time.time() < claims["exp"]
    assert claims["ttl"] > 0
    assert claims["status_list"]["bits"] == 1


@pytest.mark.spec(DRAFT, "5.1")
def test_another_library_verifies_it(get, jwk):
    joserfc = pytest.importorskip("joserfc.jwt")
    key = pytest.importorskip("joserfc.jwk").import_key(public(jwk))
    token = joserfc.decode(get().content.decode(), key, algorithms=["ES256"])
    assert token.header["typ"] == "statuslist+jwt"


@pytest.mark.spec(DRAFT, "7")
@pytest.mark.usefixtures("_impatient")
def test_a_revocation_sets_the_bit(get, token, place):
    before = expand(read(get())["status_list"]["lst"])
    services.revoke(token)
    after = expand(read(get())["status_list"]["lst"])
    assert [status_at(packed, place["idx"]) for packed in (before, after)] == [0, 1]
    assert sum(before) == 0


def test_a_revocation_is_seen_when_the_process_looks_again(get, token, place, monkeypatch):
    get()
    services.revoke(token)
    monkeypatch.setattr(documents, "REFRESH", 0.0)
    assert status_at(expand(read(get())["status_list"]["lst"]), place["idx"]) == 1


def test_a_list_that_was_just_looked_at_costs_no_query(get, django_assert_num_queries):
    etag = get()["ETag"]
    with django_assert_num_queries(0):
        assert get().status_code == 200
        assert get(HTTP_IF_NONE_MATCH=etag).status_code == 304


@pytest.mark.usefixtures("_impatient")
def test_a_list_that_says_the_same_is_the_same(get):
    assert get().content == get().content


@pytest.mark.usefixtures("_impatient")
def test_a_list_is_signed_again_before_it_expires(get):
    first = read(get())
    with time_machine.travel(timezone.now() + timedelta(hours=13), tick=True):
        assert read(get())["exp"] > first["exp"]


@pytest.mark.spec(DRAFT, "8.1")
def test_who_has_it_gets_304(get):
    answer = get(HTTP_IF_NONE_MATCH=get()["ETag"])
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.spec(DRAFT, "8.1")
def test_any_page_may_read_it_and_for_how_long(get):
    answer = get()
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == f"public, max-age={documents.TTL}"


ENTROPY = -(0.01 * log2(0.01) + 0.99 * log2(0.99))
"""Bits of news in one bit that is set once in a hundred times: no code takes less (Shannon)."""


@pytest.mark.spec(DRAFT, "8.2")
def test_a_million_with_one_in_a_hundred_revoked_is_at_most_20_kb_on_the_wire(get, monkeypatch):
    revoked = set(random.sample(range(10**6), 10**4))
    monkeypatch.setattr(documents, "revoked_indices", lambda status_list: revoked)
    answer = get(HTTP_ACCEPT_ENCODING="gzip")
    assert answer["Content-Encoding"] == "gzip"
    assert 10_099 < ENTROPY * 10**6 / 8 < len(answer.content) <= 20_000
    claims = jwt.decode(gzip.decompress(answer.content), options={"verify_signature": False})
    assert sum(map(int.bit_count, expand(claims["status_list"]["lst"]))) == 10**4


@pytest.mark.spec(DRAFT, "8.4")
def test_the_past_is_not_served(get, client, place, us):
    assert client.get(place["uri"].removeprefix(us), {"time": "1"}).status_code == 501


def test_an_unknown_list_is_404(client):
    answer = client.get(f"/status-lists/{uuid4()}/")
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (404, "*")


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_it_can_only_be_read(client, method):
    assert getattr(client, method)("/status-lists/").status_code == 405


@pytest.mark.usefixtures("_impatient")
def test_when_nobody_can_say_the_answer_is_503(get):
    get()
    with failing_database():
        answer = get()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


@pytest.mark.spec(DRAFT, "9")
def test_the_lists_are_listed_until_they_retire(client, make, place):
    far = status_claim(make(expires_at=timezone.now() + timedelta(days=9)))["status_list"]
    assert client.get("/status-lists/").json() == {"status_lists": [place["uri"], far["uri"]]}
    StatusList.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert client.get("/status-lists/").json() == {"status_lists": []}
