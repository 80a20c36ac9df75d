"""Tokens whose ``USER_ID_FIELD`` is, or is not, the primary key."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from tests.contrib.simplejwt.clients import Pair, client_with, refresh, response_code
from tests.factories import UserFactory
from token_revocation import services
from token_revocation.contrib.simplejwt import SimpleJWTAdapter, _claims
from token_revocation.tokens import Subject

REVOKED = (401, "token_revoked")
PATHS = ["/protected/", "/stateless/protected/"]
adapter = SimpleJWTAdapter()


@pytest.fixture
def username_as_id(simple_jwt):
    simple_jwt(USER_ID_FIELD="username")


def get_user_subject(claim):
    token = AccessToken()
    token.payload["user_id"] = claim
    return adapter.identify(token).subject("user")


@pytest.mark.parametrize("claim", [7, "7", "007", " 7"])
def test_claim_is_normalized_to_the_primary_key(claim):
    assert get_user_subject(claim) == Subject.user(7)


@pytest.mark.parametrize("claim", ["x", ["7"], ""])
def test_claim_that_is_no_primary_key_is_kept(claim):
    assert get_user_subject(claim) == Subject.user(claim)


def test_token_without_a_user_has_no_user_subject():
    assert adapter.identify(AccessToken()).subject("user") is None


@pytest.mark.parametrize("path", PATHS)
def test_revoke_all_rejects_tokens_with_another_user_id_field(username_as_id, user, pair, path):
    assert AccessToken(pair.access)["user_id"] == user.username
    client = client_with(pair.access)
    assert client.get(path).json() == {"pk": str(user.pk)}
    services.revoke_all(user)
    assert response_code(client.get(path)) == REVOKED


@pytest.mark.parametrize("prefix", ["", "/stateless"])
def test_logout_everywhere_works_with_another_user_id_field(username_as_id, pair, prefix):
    client = client_with(pair.access)
    assert client.post(f"{prefix}/auth/logout/all/").status_code == 204
    assert response_code(client.get(f"{prefix}/protected/")) == REVOKED


def test_tokens_of_another_user_stay_valid(username_as_id, pair):
    services.revoke_all(UserFactory(username="other"))
    assert client_with(pair.access).get("/stateless/protected/").status_code == 200


def test_stateful_class_makes_no_query_for_the_primary_key(
    username_as_id, client, django_assert_num_queries
):
    client.get("/protected/")
    with django_assert_num_queries(2):
        client.get("/protected/")


def test_stateless_class_makes_one_query_for_the_primary_key(
    username_as_id, client, django_assert_num_queries
):
    client.get("/stateless/protected/")
    with django_assert_num_queries(2):
        client.get("/stateless/protected/")


def test_stateless_class_makes_no_query_if_the_claim_is_the_primary_key(
    client, django_assert_num_queries
):
    client.get("/stateless/protected/")
    with django_assert_num_queries(1):
        client.get("/stateless/protected/")


ENDPOINTS = {
    "stateful": lambda pair: client_with(pair.access).get("/protected/"),
    "stateless": lambda pair: client_with(pair.access).get("/stateless/protected/"),
    "verify": lambda pair: APIClient().post("/api/token/verify/", {"token": pair.access}),
    "refresh": lambda pair: refresh(pair.refresh),
}
each_endpoint = pytest.mark.parametrize("request_endpoint", ENDPOINTS.values(), ids=ENDPOINTS)


def rename(user):
    user.username = "renamed"
    user.save()


REMOVALS = {"deleted": lambda user: user.delete(), "renamed": rename}


def remove_user_claims(pair):
    """Return the tokens without the claim that this package adds."""

    def remove_claim(raw, token_class):
        token = token_class(raw)
        del token.payload[_claims.USER_CLAIM]
        return str(token)

    return Pair(
        access=remove_claim(pair.access, AccessToken),
        refresh=remove_claim(pair.refresh, RefreshToken),
    )


@each_endpoint
@pytest.mark.trap("T37")
@pytest.mark.parametrize("remove", REMOVALS.values(), ids=REMOVALS)
@pytest.mark.parametrize(
    "convert", [lambda pair: pair, remove_user_claims], ids=["with claim", "without claim"]
)
def test_token_of_a_deleted_or_renamed_user_is_rejected(
    username_as_id, user, pair, request_endpoint, remove, convert
):
    assert request_endpoint(convert(pair)).status_code == 200
    remove(user)
    assert request_endpoint(convert(pair)).status_code == 401


@each_endpoint
@pytest.mark.parametrize("remove", REMOVALS.values(), ids=REMOVALS)
def test_token_does_not_authenticate_the_next_user_of_the_name(
    username_as_id, user, pair, request_endpoint, remove
):
    name = user.username
    remove(user)
    UserFactory(username=name)
    assert request_endpoint(pair).status_code == 401


@each_endpoint
def test_user_renamed_twice_stays_logged_out(username_as_id, user, pair, request_endpoint):
    name = user.username
    rename(user)
    services.revoke_all(user)
    user.username = name
    user.save()
    assert request_endpoint(pair).status_code == 401


def test_subject_is_the_user_after_a_rename(username_as_id, user, pair):
    rename(user)
    assert adapter.resolve(pair.refresh).subject("user") == Subject.user(user.pk)


def test_stateless_class_rejects_an_inactive_user(username_as_id, user, pair):
    get_user_model().objects.update(is_active=False)
    assert ENDPOINTS["stateless"](pair).json()["code"] == "user_inactive"


def test_refresh_adds_the_user_claim(username_as_id, user, pair):
    access = refresh(remove_user_claims(pair).refresh).json()["access"]
    assert AccessToken(access)[_claims.USER_CLAIM] == str(user.pk)


def test_user_claim_is_not_added_if_the_claim_is_the_primary_key(pair):
    assert _claims.USER_CLAIM not in AccessToken(pair.access)


@pytest.mark.parametrize("claim", ["unknown", 7, ["x"]])
def test_unknown_user_is_identified_by_the_claim(username_as_id, db, claim):
    assert get_user_subject(claim) == Subject.user(claim)


def test_claim_that_the_field_cannot_hold_is_kept(simple_jwt, db):
    simple_jwt(USER_ID_FIELD="last_login")
    assert get_user_subject("x") == Subject.user("x")
