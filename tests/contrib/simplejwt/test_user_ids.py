"""The claim that names the user need not be the primary key."""

from __future__ import annotations

import pytest
from rest_framework_simplejwt.tokens import AccessToken

from tests.contrib.simplejwt.clients import answer_code, sending
from tests.factories import UserFactory
from token_revocation import services
from token_revocation.contrib.simplejwt import SimpleJWTAdapter
from token_revocation.tokens import Subject

REVOKED = (401, "token_revoked")
STATES = ["/protected/", "/stateless/protected/"]
adapter = SimpleJWTAdapter()


@pytest.fixture
def by_name(simple_jwt):
    """Tokens name users by ``username``."""
    simple_jwt(USER_ID_FIELD="username")


def user_subject(claim):
    token = AccessToken()
    token.payload["user_id"] = claim
    return adapter.identify(token).subject("user")


@pytest.mark.parametrize("claim", [7, "7", "007", " 7"])
def test_a_primary_key_is_the_same_in_every_spelling(claim):
    assert user_subject(claim) == Subject.user(7)


@pytest.mark.parametrize("claim", ["x", ["7"], ""])
def test_a_claim_that_is_no_primary_key_stands_for_itself(claim):
    assert user_subject(claim) == Subject.user(claim)


def test_a_token_of_nobody_has_no_user():
    assert adapter.identify(AccessToken()).subject("user") is None


@pytest.mark.parametrize("path", STATES)
def test_a_user_whose_tokens_name_another_field_is_logged_out(by_name, user, pair, path):
    assert AccessToken(pair.access)["user_id"] == user.username
    client = sending(pair.access)
    assert client.get(path).json() == {"pk": str(user.pk)}
    services.revoke_all(user)
    assert answer_code(client.get(path)) == REVOKED


@pytest.mark.parametrize("prefix", ["", "/stateless"])
def test_the_user_can_log_out_everywhere(by_name, pair, prefix):
    client = sending(pair.access)
    assert client.post(f"{prefix}/auth/logout/all/").status_code == 204
    assert answer_code(client.get(f"{prefix}/protected/")) == REVOKED


def test_a_user_whose_key_another_claim_spells_goes_on(by_name, pair):
    services.revoke_all(UserFactory(username="other"))
    assert sending(pair.access).get("/stateless/protected/").status_code == 200


def test_the_stateful_class_needs_no_query_for_it(by_name, client, django_assert_num_queries):
    client.get("/protected/")
    with django_assert_num_queries(2):
        client.get("/protected/")


def test_the_stateless_class_needs_one_query_for_it(by_name, client, django_assert_num_queries):
    client.get("/stateless/protected/")
    with django_assert_num_queries(2):
        client.get("/stateless/protected/")


def test_where_the_claim_is_the_primary_key_it_needs_none(client, django_assert_num_queries):
    client.get("/stateless/protected/")
    with django_assert_num_queries(1):
        client.get("/stateless/protected/")


@pytest.mark.parametrize("claim", ["nobody", 7, ["x"]])
def test_somebody_who_is_not_known_here_goes_by_the_claim(by_name, db, claim):
    assert user_subject(claim) == Subject.user(claim)


def test_a_field_that_cannot_hold_the_claim_finds_nobody(simple_jwt, db):
    simple_jwt(USER_ID_FIELD="last_login")
    assert user_subject("x") == Subject.user("x")
