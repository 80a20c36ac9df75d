from __future__ import annotations

import time

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import UserFactory
from tests.standards.jwts import ISSUER, make_jwt
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.standards import global_token_revocation
from token_revocation.standards.jose import LEEWAY_SECONDS, InvalidJWT

DRAFT = "draft-parecki-oauth-global-token-revocation-06"

pytestmark = pytest.mark.usefixtures("idp")


@pytest.fixture
def call(api_client, jwk):
    """Return a function that calls the endpoint with a new token."""

    def post(body, **changes):
        usual = {"typ": "global-token-revocation+jwt", "exp": time.time() + 300}
        raw = make_jwt(jwk, **{**usual, **changes})
        headers = {"HTTP_AUTHORIZATION": f"Bearer {raw}"}
        return api_client.post("/global/", body, format="json", **headers)

    return post


def email(user, address=None):
    return {"sub_id": {"format": "email", "email": address or user.email}}


@pytest.mark.spec(DRAFT, "3")
@pytest.mark.spec(DRAFT, "5")
def test_all_tokens_of_the_subject_are_revoked(call, user, holder):
    assert call(email(user)).status_code == 204
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_token_expired_within_the_leeway_is_accepted_once(call, user):
    once = {"jti": "one", "exp": time.time() - LEEWAY_SECONDS / 2}
    assert call(email(user), **once).status_code == 204
    assert call(email(user), **once).status_code == 401
    assert TokenCutoff.objects.count() == 1


@pytest.mark.spec(DRAFT, "3")
@pytest.mark.parametrize("name", ["sub_id", "subject"])
def test_subject_can_be_an_issuer_and_its_sub(call, user, name):
    subject = {"format": "iss_sub", "iss": ISSUER, "sub": user.username}
    assert call({name: subject}).status_code == 204
    assert TokenCutoff.objects.get().subject_id == str(user.pk)


@pytest.mark.spec(DRAFT, "3")
def test_subject_can_be_the_local_user_id(call, user):
    assert call({"sub_id": {"format": "opaque", "id": str(user.pk)}}).status_code == 204


def test_email_address_is_case_insensitive(call, user):
    assert call(email(user, user.email.upper())).status_code == 204


@pytest.mark.spec(DRAFT, "5")
@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "x",
        {"sub_id": "x"},
        {"sub_id": {}},
        {"sub_id": {"format": "phone_number", "phone_number": "+15550100"}},
        {"sub_id": {"format": "email"}},
        {"sub_id": {"format": "email", "email": ["a@b"]}},
        {"sub_id": {"format": "email", "email": "a\x00b"}},
        {"sub_id": {"format": "complex"}},
    ],
)
def test_unsupported_or_malformed_subject_gets_400(call, db, body):
    assert call(body).status_code == 400
    assert not RevokedToken.objects.exists()


@pytest.mark.spec(DRAFT, "5")
@pytest.mark.parametrize(
    "changes",
    [
        {"typ": "JWT"},
        {"exp": None},
        {"exp": time.time() - 99},
        {"jti": None},
        {"aud": "https://other.example.com"},
        {"iss": "https://evil.example"},
        {"iat": "yesterday"},
        {"exp": 1e300},
        {"exp": 10**15},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_caller_with_an_invalid_token_gets_401(call, user, changes):
    answer = call(email(user), **changes)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert not TokenCutoff.objects.exists()


@pytest.mark.parametrize("header", [{}, {"HTTP_AUTHORIZATION": "Token abc"}])
def test_caller_without_a_token_gets_a_challenge(api_client, db, header):
    answer = api_client.post("/global/", {}, format="json", **header)
    assert (answer.status_code, answer["WWW-Authenticate"][:6]) == (401, "Bearer")


@pytest.mark.spec(DRAFT, "5")
def test_subject_of_another_issuer_gets_403(call, user):
    subject = {"format": "iss_sub", "iss": "https://other.example.com", "sub": user.username}
    assert call({"sub_id": subject}).status_code == 403


def test_iss_sub_without_subject_field_gets_400(call, user, idp):
    idp["subject_field"] = ""
    subject = {"format": "iss_sub", "iss": ISSUER, "sub": user.username}
    assert call({"sub_id": subject}).status_code == 400


@pytest.mark.spec(DRAFT, "5")
@pytest.mark.parametrize(
    "subject",
    [
        {"format": "email", "email": "unknown@example.com"},
        {"format": "opaque", "id": "0"},
        {"format": "opaque", "id": "not a number"},
        {"format": "opaque", "id": "9" * 99},
    ],
    ids=str,
)
def test_unknown_user_gets_404(call, db, subject):
    assert call({"sub_id": subject}).status_code == 404


@pytest.mark.spec(DRAFT, "5")
def test_ambiguous_subject_gets_422_and_revokes_nothing(call, user):
    UserFactory(email=user.email.upper())
    assert call(email(user)).status_code == 422
    assert not TokenCutoff.objects.exists()


def test_issuer_can_revoke_only_its_own_users(call, user, idp):
    idp["users"] = {"is_staff": True}
    assert call(email(user)).status_code == 404


def test_token_is_accepted_once(call, user):
    assert call(email(user), jti="1").status_code == 204
    assert call(email(user), jti="1").status_code == 401
    assert TokenCutoff.objects.count() == 1


def test_token_that_is_too_old_gets_401(call, user, monkeypatch):
    def reject(*arguments):
        raise InvalidJWT("invalid_request", "The token is too old.")

    monkeypatch.setattr(global_token_revocation, "run_once", reject)
    assert call(email(user), jti="1").status_code == 401
    assert not TokenCutoff.objects.exists()


def test_token_of_a_failed_request_can_be_used_again(call, user):
    assert call(email(user, "unknown@example.com"), jti="1").status_code == 404
    assert call(email(user), jti="1").status_code == 204


@given(st.recursive(st.none() | st.text() | st.integers(), lambda x: st.dictionaries(st.text(), x)))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None
)
def test_arbitrary_subject_gets_400(call, db, subject):
    assert call({"sub_id": subject}).status_code == 400
