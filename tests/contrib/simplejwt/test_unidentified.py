"""A token without a ``jti`` must not pass because nobody can look it up."""

from __future__ import annotations

import pytest
from rest_framework_simplejwt.tokens import AccessToken

from tests.contrib.simplejwt.clients import answer_code, refresh, sending
from token_revocation import services
from token_revocation.contrib.simplejwt import SimpleJWTAdapter
from token_revocation.exceptions import NotRevocable
from token_revocation.models import RevokedToken

UNIDENTIFIED = (401, "token_unidentified")
REFUSED = [UNIDENTIFIED, (401, "token_not_valid")]  # Some versions of PyJWT want a string.
BAD = [7, None, ["x"], {"x": 1}]

adapter = SimpleJWTAdapter()


def with_jti(token, jti):
    token.payload["jti"] = jti
    return str(token)


@pytest.fixture
def accepted(revocation):
    revocation(ACCEPT_UNIDENTIFIED=True)


@pytest.mark.trap("T2")
@pytest.mark.parametrize("path", ["/protected/", "/stateless/protected/"])
def test_a_token_with_an_empty_jti_is_refused(refresh_token, path):
    answer = sending(with_jti(refresh_token.access_token, "")).get(path)
    assert answer_code(answer) == UNIDENTIFIED
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize("jti", BAD)
def test_a_token_with_a_jti_that_is_no_string_is_refused(refresh_token, jti):
    answer = sending(with_jti(refresh_token.access_token, jti)).get("/protected/")
    assert answer_code(answer) in REFUSED


@pytest.mark.parametrize("jti", ["", *BAD])
def test_it_can_be_neither_refreshed_nor_verified(refresh_token, nobody, jti):
    raw = with_jti(refresh_token, jti)
    assert answer_code(refresh(raw)) in REFUSED
    assert answer_code(nobody.post("/api/token/verify/", {"token": raw})) in REFUSED


def test_a_token_without_a_jti_at_all_is_refused_by_simplejwt(refresh_token):
    access = refresh_token.access_token
    del access.payload["jti"]
    answer = sending(str(access)).get("/protected/")
    assert answer_code(answer) == (401, "token_not_valid")


@pytest.mark.trap("T2")
def test_logging_out_with_it_is_harmless_and_writes_nothing(refresh_token):
    client = sending(with_jti(refresh_token.access_token, ""))
    assert client.post("/auth/logout/").status_code == 204
    assert not RevokedToken.objects.exists()


def test_a_project_may_accept_it(accepted, refresh_token):
    raw = with_jti(refresh_token.access_token, "")
    assert sending(raw).get("/protected/").status_code == 200


@pytest.mark.trap("T2")
def test_a_cutoff_ends_it_then(accepted, user, refresh_token):
    raw = with_jti(refresh_token.access_token, "")
    services.revoke_all(user)
    assert answer_code(sending(raw).get("/protected/")) == (401, "token_revoked")


def test_it_can_be_revoked_then_and_no_other_is(accepted, refresh_token):
    one, other = (AccessToken() for _ in range(2))
    other.set_exp(lifetime=one.lifetime * 2)
    raw, another = with_jti(one, ""), with_jti(other, "")
    services.revoke(adapter.read(raw))
    assert services.is_revoked(adapter.read(raw))
    assert not services.is_revoked(adapter.read(another))


def test_it_has_the_same_name_before_it_is_sent_and_after(accepted, db):
    token = AccessToken()
    raw = with_jti(token, "")
    read = adapter.read(raw)
    assert adapter.identify(token).key == adapter.identify(AccessToken(raw)).key == read.key
    assert adapter.identify(AccessToken(raw.encode())).key == read.key


@pytest.mark.parametrize("jti", ["", *BAD])
def test_it_is_not_revocable_otherwise(jti):
    token = AccessToken()
    token.payload["jti"] = jti
    with pytest.raises(NotRevocable):
        adapter.identify(token)
