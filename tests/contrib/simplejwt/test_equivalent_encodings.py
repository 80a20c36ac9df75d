"""A revoked JWT is rejected in each of its equivalent encodings."""

from __future__ import annotations

import pytest

from tests.contrib.simplejwt.clients import REVOKED, client_with, refresh, response_code, status_of
from tests.contrib.simplejwt.equivalent_encodings import (
    add_padding,
    change_trailing_bits,
    mirror_signature,
)
from tests.contrib.simplejwt.keys import backend_for
from token_revocation.contrib.simplejwt import SimpleJWTAdapter

adapter = SimpleJWTAdapter()

ENCODINGS = [
    ("HS256", add_padding),
    ("HS256", change_trailing_bits),
    ("ES256", add_padding),
    ("ES256", change_trailing_bits),
    ("ES256", mirror_signature),
    ("RS256", add_padding),
    ("RS256", change_trailing_bits),
]


@pytest.fixture(autouse=True)
def _algorithm(request, monkeypatch):
    algorithm = request.node.callspec.params["algorithm"]
    monkeypatch.setattr("rest_framework_simplejwt.state.token_backend", backend_for(algorithm))


@pytest.mark.trap("T1")
@pytest.mark.parametrize(("algorithm", "reencode"), ENCODINGS)
def test_other_encoding_of_a_revoked_token_is_rejected(pair, algorithm, reencode):
    others = list(reencode(pair.access))
    accepted = [raw for raw in others if status_of(raw) == 200]
    assert client_with(pair.access).post("/auth/logout/").status_code == 204
    assert all(response_code(client_with(raw).get("/protected/")) == REVOKED for raw in accepted)
    assert all(status_of(raw) == 401 for raw in others)


@pytest.mark.parametrize(("algorithm", "reencode"), ENCODINGS)
def test_other_encoding_of_a_used_refresh_token_is_rejected(rotating, pair, algorithm, reencode):
    assert refresh(pair.refresh).status_code == 200
    assert all(refresh(raw).status_code == 401 for raw in reencode(pair.refresh))


@pytest.mark.parametrize(("algorithm", "reencode"), ENCODINGS)
def test_other_encoding_resolves_to_the_same_token_or_none(pair, algorithm, reencode):
    known = {None, adapter.resolve(pair.access)}
    assert {adapter.resolve(raw) for raw in reencode(pair.access)} <= known


@pytest.mark.parametrize(
    ("algorithm", "reencode"), [("HS256", add_padding), ("ES256", mirror_signature)]
)
def test_encoding_accepted_by_every_version_is_the_same_token(pair, algorithm, reencode):
    (other,) = reencode(pair.access)
    assert other != pair.access
    assert status_of(other) == 200
    assert adapter.resolve(other) == adapter.resolve(pair.access)


@pytest.mark.parametrize(("algorithm", "reencode"), [("ES256", mirror_signature)])
def test_logout_with_one_encoding_revokes_the_other(pair, algorithm, reencode):
    (other,) = reencode(pair.access)
    assert client_with(other).post("/auth/logout/").status_code == 204
    assert response_code(client_with(pair.access).get("/protected/")) == REVOKED
