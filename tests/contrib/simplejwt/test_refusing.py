"""What simplejwt refuses is refused, and so is what was revoked."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, SlidingToken

from tests.contrib.simplejwt.clients import INVALID, REVOKED, answer_code, sending, status_of
from tests.contrib.simplejwt.keys import SECRET
from tests.views.failing import failing_database
from token_revocation import services
from token_revocation.contrib.simplejwt import SimpleJWTAdapter

pytestmark = pytest.mark.parametrize("path", ["/protected/", "/stateless/protected/"])
adapter = SimpleJWTAdapter()


def tampered(token):
    head, _, signature = str(token).split(".")
    payload = str(AccessToken.for_user(token.user)).split(".")[1]
    return f"{head}.{payload}.{signature}"


def expired(token):
    token.set_exp(lifetime=timedelta(seconds=-1))
    return str(token)


@pytest.fixture
def access(user):
    token = AccessToken.for_user(user)
    token.user = user
    return token


def test_a_token_is_accepted(client, user, path):
    answer = client.get(path)
    assert (answer.status_code, answer.json()) == (200, {"pk": str(user.pk)})


@pytest.mark.parametrize(
    "forge",
    [
        tampered,
        expired,
        lambda token: str(RefreshToken.for_user(token.user)),
        lambda token: str(SlidingToken.for_user(token.user)),
        lambda token: jwt.encode(token.payload, None, algorithm="none"),
        lambda token: jwt.encode(token.payload, SECRET, algorithm="HS256"),
        lambda token: str(token)[:-4],
        lambda token: "x",
        lambda token: "[" * 4000,
    ],
    ids=["tampered", "expired", "refresh", "sliding", "none", "other key", "cut", "x", "nested"],
)
def test_what_is_no_access_token_is_refused(access, forge, path):
    assert answer_code(sending(forge(access)).get(path)) == INVALID


@pytest.mark.spec("RFC 6750", "3.1")
def test_a_revoked_token_is_refused(client, pair, path):
    services.revoke(adapter.read(pair.access))
    answer = client.get(path)
    assert answer_code(answer) == REVOKED
    assert answer["WWW-Authenticate"] == (
        'Bearer realm="api", error="invalid_token", error_description="The token was revoked"'
    )


@pytest.mark.parametrize("end", ["user", "session", "everyone"])
def test_a_token_before_a_cutoff_is_refused(client, user, refresh_token, path, end):
    ends = {
        "user": lambda: services.revoke_all(user),
        "session": lambda: services.revoke_session(refresh_token["sid"]),
        "everyone": services.revoke_everyone,
    }
    ends[end]()
    assert answer_code(client.get(path)) == REVOKED


@pytest.mark.trap("T7")
def test_a_token_stays_revoked_when_its_user_is_deleted(client, user, pair, path):
    services.revoke(adapter.read(pair.access))
    user.delete()
    assert client.get(path).status_code == 401


def test_a_database_that_cannot_answer_is_503(client, path):
    with failing_database("SELECT", "revokedtoken"):
        answer = client.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert status_of(client._credentials["HTTP_AUTHORIZATION"].split()[1], path) == 200


def test_a_header_of_another_kind_is_left_alone(nobody, db, path):
    nobody.credentials(HTTP_AUTHORIZATION="Token abc")
    answer = nobody.get(path)
    assert answer_code(answer) == (401, None)
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_sliding_token_is_asked_after_too(simple_jwt, user, path):
    simple_jwt(AUTH_TOKEN_CLASSES=("rest_framework_simplejwt.tokens.SlidingToken",))
    raw = str(SlidingToken.for_user(user))
    assert status_of(raw, path) == 200
    services.revoke(adapter.read(raw))
    assert answer_code(sending(raw).get(path)) == REVOKED


def test_one_answer_costs_one_query_beside_that_for_the_user(
    client, path, django_assert_num_queries
):
    client.get(path)
    with django_assert_num_queries(1 if "stateless" in path else 2):
        client.get(path)
