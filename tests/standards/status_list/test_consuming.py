from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from rest_framework.authentication import BaseAuthentication  # noqa: E402

from tests.standards.signing import make_jwk  # noqa: E402
from tests.standards.status_list.publisher import claims, lists  # noqa: E402
from tests.standards.status_list.vectors import KEY, TOKEN  # noqa: E402
from token_revocation.exceptions import RevocationUnavailable, TokenRevoked  # noqa: E402
from token_revocation.standards.status_list import fetching  # noqa: E402
from token_revocation.standards.status_list.bits import status_at  # noqa: E402
from token_revocation.standards.status_list.consuming import (  # noqa: E402
    StatusListConsumerMixin,
    is_revoked,
)

DRAFT = "draft-ietf-oauth-status-list-20"


@pytest.mark.spec(DRAFT, "8.3")
@pytest.mark.usefixtures("publish")
def test_the_list_says_whether_a_token_is_revoked(publisher):
    assert [is_revoked(claims(publisher, index)) for index in (0, 1)] == [False, True]
    assert publisher.asked == 1


@pytest.mark.spec(DRAFT, "5.1")
def test_the_list_of_the_specification_is_verified(settings, monkeypatch):
    uri = "https://example.com/statuslists/1"
    known = {"issuer": "https://example.com", "audience": "", "jwks": {"keys": [KEY]}}
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": [{**known, "status_lists": [uri]}]}
    monkeypatch.setattr(fetching, "_read", lambda asked: TOKEN)
    found = fetching.fetched(uri)
    assert [status_at(found.packed, i) for i in range(8)] == [1, 0, 0, 1, 1, 1, 0, 1]


def test_a_token_without_a_status_is_for_others_to_judge():
    assert is_revoked({}) is False


@pytest.mark.spec(DRAFT, "8.3")
@pytest.mark.usefixtures("publish")
@pytest.mark.parametrize("index", [-1, 8, 10**20])
def test_an_index_out_of_range_is_refused(publisher, index):
    assert is_revoked(claims(publisher, index))


@pytest.mark.spec(DRAFT, "6.2")
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.dictionaries(st.sampled_from(["status_list", "idx", "uri", "x"]), inner),
    )
)
def test_no_claim_breaks_the_check(status):
    assert is_revoked({"status": status})


@pytest.mark.spec(DRAFT, "11.3")
@pytest.mark.usefixtures("publish")
@pytest.mark.parametrize("uri", ["http://169.254.169.254/x", "file:///etc/passwd", ""])
def test_an_address_that_is_no_issuers_is_not_asked(uri):
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
        {"status_list": {"bits": 3, "lst": lists()["lst"]}},
        {"status_list": {"bits": 1}},
        {"status_list": {"bits": 1, "lst": "!"}},
        {"status_list": {**lists(), "bits": 1.0}},
        {"status_list": {**lists(), "bits": True}},
        {"exp": float("inf")},
        {"exp": str(10**10)},
        {"ttl": [], "exp": []},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_a_list_that_fails_a_step_of_validation_is_not_relied_on(publish, publisher, changes):
    publish(**changes)
    with pytest.raises(RevocationUnavailable):
        is_revoked(claims(publisher, 0))


@pytest.mark.spec(DRAFT, "11.4")
@pytest.mark.usefixtures("publish")
@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_answer_that_is_no_list_is_503(publisher, status):
    publisher.status = status
    with pytest.raises(RevocationUnavailable):
        is_revoked(claims(publisher, 0))
    assert publisher.asked == 1


@pytest.mark.usefixtures("publish")
@pytest.mark.parametrize(("seconds", "asked"), [(3600.0, 1), (0.0, 3)])
def test_while_a_list_cannot_be_had_not_every_request_waits_for_it(
    publisher, monkeypatch, seconds, asked
):
    monkeypatch.setattr(fetching, "SHORTEST", seconds)
    publisher.status = 500
    for _ in range(3):
        with pytest.raises(RevocationUnavailable):
            is_revoked(claims(publisher, 0))
    assert publisher.asked == asked


@pytest.mark.usefixtures("publish")
def test_a_body_without_end_is_not_read(publisher, monkeypatch):
    monkeypatch.setattr(fetching, "MAX_WIRE", 100)
    with pytest.raises(RevocationUnavailable):
        is_revoked(claims(publisher, 0))


@pytest.mark.usefixtures("publish")
def test_a_server_that_is_gone_is_503(publisher):
    publisher.close()
    with pytest.raises(RevocationUnavailable):
        is_revoked(claims(publisher, 0))


@pytest.mark.spec(DRAFT, "5.1")
@pytest.mark.parametrize(
    ("said", "seconds"),
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
def test_a_list_is_kept_for_as_long_as_it_says_within_our_bounds(publish, publisher, said, seconds):
    if "exp" in said:
        said = {**said, "exp": time.time() + said["exp"]}
    publish(**said)
    before = time.monotonic()
    until = fetching.fetched(publisher.uri).until
    assert before + seconds - 2 < until < time.monotonic() + seconds + 1


@pytest.mark.usefixtures("publish")
def test_a_list_whose_time_is_over_is_fetched_again(publisher, monkeypatch):
    monkeypatch.setattr(fetching, "SHORTEST", 0.0)
    monkeypatch.setattr(fetching, "LONGEST", 0.0)
    is_revoked(claims(publisher, 0))
    is_revoked(claims(publisher, 0))
    assert publisher.asked == 2


@pytest.mark.usefixtures("publish")
def test_a_list_whose_time_is_over_takes_no_memory(publisher, publish, monkeypatch):
    monkeypatch.setattr(fetching, "SHORTEST", 0.0)
    publish(exp=time.time() - 1)  # Within what a clock may be late.
    is_revoked(claims(publisher, 0))
    lasting = [f"{publisher.uri}/{number}" for number in (2, 3)]
    for uri in lasting:
        publish(sub=uri)
        fetching.fetched(uri)
    assert list(fetching._kept()) == lasting


class Accepting(BaseAuthentication):
    """Takes any token that the test hands in."""

    token: object = None

    def authenticate(self, request):
        return request and (SimpleNamespace(is_active=True), request)


class Guarded(StatusListConsumerMixin, Accepting):
    pass


@pytest.mark.usefixtures("publish")
def test_a_class_behind_it_accepts_only_what_is_valid(publisher):
    assert Guarded().authenticate(claims(publisher, 0))
    with pytest.raises(TokenRevoked):
        Guarded().authenticate(SimpleNamespace(payload=claims(publisher, 1)))
    assert Guarded().authenticate(None) is None
