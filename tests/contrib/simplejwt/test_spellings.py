"""Whoever looks revoked tokens up by their string lets the same token in by another string."""

from __future__ import annotations

import pytest

from tests.contrib.simplejwt.clients import REVOKED, answer_code, refresh, sending, status_of
from tests.contrib.simplejwt.keys import backend_for
from tests.contrib.simplejwt.spellings import mirrored, padded, with_other_trailing_bits
from token_revocation.contrib.simplejwt import SimpleJWTAdapter

adapter = SimpleJWTAdapter()

SPELLINGS = [
    ("HS256", padded),
    ("HS256", with_other_trailing_bits),
    ("ES256", padded),
    ("ES256", with_other_trailing_bits),
    ("ES256", mirrored),
    ("RS256", padded),
    ("RS256", with_other_trailing_bits),
]


@pytest.fixture(autouse=True)
def _algorithm(request, monkeypatch):
    algorithm = request.node.callspec.params["algorithm"]
    monkeypatch.setattr("rest_framework_simplejwt.state.token_backend", backend_for(algorithm))


@pytest.mark.trap("T1")
@pytest.mark.parametrize(("algorithm", "spell"), SPELLINGS)
def test_another_spelling_of_a_revoked_token_is_refused(pair, algorithm, spell):
    others = list(spell(pair.access))
    accepted = [raw for raw in others if status_of(raw) == 200]
    assert sending(pair.access).post("/auth/logout/").status_code == 204
    assert all(answer_code(sending(raw).get("/protected/")) == REVOKED for raw in accepted)
    assert all(status_of(raw) == 401 for raw in others)


@pytest.mark.parametrize(("algorithm", "spell"), SPELLINGS)
def test_another_spelling_of_a_refresh_token_is_no_second_chance(rotating, pair, algorithm, spell):
    assert refresh(pair.refresh).status_code == 200
    assert all(refresh(raw).status_code == 401 for raw in spell(pair.refresh))


@pytest.mark.parametrize(("algorithm", "spell"), SPELLINGS)
def test_to_us_it_is_the_same_token_or_none(pair, algorithm, spell):
    known = {None, adapter.read(pair.access)}
    assert {adapter.read(raw) for raw in spell(pair.access)} <= known


@pytest.mark.parametrize(("algorithm", "spell"), [("HS256", padded), ("ES256", mirrored)])
def test_these_spellings_are_accepted_by_every_version(pair, algorithm, spell):
    (other,) = spell(pair.access)
    assert other != pair.access
    assert status_of(other) == 200
    assert adapter.read(other) == adapter.read(pair.access)


@pytest.mark.parametrize(("algorithm", "spell"), [("ES256", mirrored)])
def test_logging_out_in_one_spelling_is_logging_out_in_all(pair, algorithm, spell):
    (other,) = spell(pair.access)
    assert sending(other).post("/auth/logout/").status_code == 204
    assert answer_code(sending(pair.access).get("/protected/")) == REVOKED
