from __future__ import annotations

import time

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import UserFactory
from tests.standards.signing import ISSUER, statement
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.standards.jose import LEEWAY

DRAFT = "draft-parecki-oauth-global-token-revocation-06"

pytestmark = pytest.mark.usefixtures("idp")


@pytest.fixture
def call(api_client, jwk):
    """Ask for the end of a subject, with a token for this one request."""

    def post(body, **changes):
        usual = {"typ": "global-token-revocation+jwt", "exp": time.time() + 300}
        raw = statement(jwk, **{**usual, **changes})
        headers = {"HTTP_AUTHORIZATION": f"Bearer {raw}"}
        return api_client.post("/global/", body, format="json", **headers)

    return post


def email(user, address=None):
    return {"sub_id": {"format": "email", "email": address or user.email}}


@pytest.mark.spec(DRAFT, "3")
@pytest.mark.spec(DRAFT, "5")
def test_every_token_of_the_user_ends(call, user, holder):
    assert call(email(user)).status_code == 204
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_a_token_that_expired_within_the_leeway_is_good_for_one_request(call, user):
    once = {"jti": "one", "exp": time.time() - LEEWAY / 2}
    assert call(email(user), **once).status_code == 204
    assert call(email(user), **once).status_code == 401
    assert TokenCutoff.objects.count() == 1


@pytest.mark.spec(DRAFT, "3")
@pytest.mark.parametrize("name", ["sub_id", "subject"])
def test_the_subject_may_be_an_issuer_and_its_name_for_the_user(call, user, name):
    subject = {"format": "iss_sub", "iss": ISSUER, "sub": user.username}
    assert call({name: subject}).status_code == 204
    assert TokenCutoff.objects.get().subject_id == str(user.pk)


@pytest.mark.spec(DRAFT, "3")
def test_the_subject_may_be_our_own_id_of_the_user(call, user):
    assert call({"sub_id": {"format": "opaque", "id": str(user.pk)}}).status_code == 204


def test_an_address_is_found_in_any_case(call, user):
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
def test_a_subject_that_we_do_not_understand_is_400(call, db, body):
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
def test_a_caller_without_a_good_token_is_401(call, user, changes):
    answer = call(email(user), **changes)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert not TokenCutoff.objects.exists()


@pytest.mark.parametrize("header", [{}, {"HTTP_AUTHORIZATION": "Token abc"}])
def test_a_caller_without_a_token_is_challenged(api_client, db, header):
    answer = api_client.post("/global/", {}, format="json", **header)
    assert (answer.status_code, answer["WWW-Authenticate"][:6]) == (401, "Bearer")


@pytest.mark.spec(DRAFT, "5")
def test_the_subject_of_another_issuer_is_403(call, user):
    subject = {"format": "iss_sub", "iss": "https://other.example.com", "sub": user.username}
    assert call({"sub_id": subject}).status_code == 403


def test_an_issuer_whose_names_we_do_not_keep_cannot_use_them(call, user, idp):
    idp["subject_field"] = ""
    subject = {"format": "iss_sub", "iss": ISSUER, "sub": user.username}
    assert call({"sub_id": subject}).status_code == 400


@pytest.mark.spec(DRAFT, "5")
@pytest.mark.parametrize(
    "subject",
    [
        {"format": "email", "email": "nobody@example.com"},
        {"format": "opaque", "id": "0"},
        {"format": "opaque", "id": "not a number"},
        {"format": "opaque", "id": "9" * 99},
    ],
    ids=str,
)
def test_an_unknown_user_is_404(call, db, subject):
    assert call({"sub_id": subject}).status_code == 404


@pytest.mark.spec(DRAFT, "5")
def test_an_ambiguous_address_ends_nothing_and_is_422(call, user):
    UserFactory(email=user.email.upper())
    assert call(email(user)).status_code == 422
    assert not TokenCutoff.objects.exists()


def test_an_issuer_reaches_only_the_users_that_are_its_own(call, user, idp):
    idp["users"] = {"is_staff": True}
    assert call(email(user)).status_code == 404


def test_a_token_is_good_for_one_request(call, user):
    assert call(email(user), jti="1").status_code == 204
    assert call(email(user), jti="1").status_code == 401
    assert TokenCutoff.objects.count() == 1


def test_a_token_whose_request_ended_nothing_can_be_used_again(call, user):
    assert call(email(user, "nobody@example.com"), jti="1").status_code == 404
    assert call(email(user), jti="1").status_code == 204


@given(st.recursive(st.none() | st.text() | st.integers(), lambda x: st.dictionaries(st.text(), x)))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None
)
def test_no_subject_breaks_the_endpoint(call, db, subject):
    assert call({"sub_id": subject}).status_code == 400
