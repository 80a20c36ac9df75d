"""Invalid and revoked access tokens are rejected, by the stateful and the stateless class."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, SlidingToken

from tests.contrib.simplejwt.clients import INVALID, REVOKED, client_with, response_code, status_of
from tests.contrib.simplejwt.keys import SECRET
from token_revocation import services
from token_revocation.contrib.simplejwt import SimpleJWTAdapter
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.parametrize("path", ["/protected/", "/stateless/protected/"])
adapter = SimpleJWTAdapter()


def tamper(token):
    head, _, signature = str(token).split(".")
    payload = str(AccessToken.for_user(token.user)).split(".")[1]
    return f"{head}.{payload}.{signature}"


def expire(token):
    token.set_exp(lifetime=timedelta(seconds=-1))
    return str(token)


@pytest.fixture
def access(user):
    token = AccessToken.for_user(user)
    token.user = user
    return token


def test_valid_token_is_accepted(client, user, path):
    response = client.get(path)
    assert (response.status_code, response.json()) == (200, {"pk": str(user.pk)})


@pytest.mark.parametrize(
    "forge",
    [
        tamper,
        expire,
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
def test_invalid_access_token_is_rejected(access, forge, path):
    assert response_code(client_with(forge(access)).get(path)) == INVALID


@pytest.mark.spec("RFC 6750", "3.1")
def test_revoked_token_is_rejected(client, pair, path):
    services.revoke(adapter.resolve(pair.access))
    response = client.get(path)
    assert response_code(response) == REVOKED
    assert response["WWW-Authenticate"] == (
        'Bearer realm="api", error="invalid_token", error_description="The token was revoked"'
    )


@pytest.mark.parametrize("subject", ["user", "session", "everyone"])
def test_token_issued_before_a_cutoff_is_rejected(client, user, refresh_token, path, subject):
    cutoffs = {
        "user": lambda: services.revoke_all(user),
        "session": lambda: services.revoke_session(refresh_token["sid"]),
        "everyone": services.revoke_everyone,
    }
    cutoffs[subject]()
    assert response_code(client.get(path)) == REVOKED


@pytest.mark.trap("T7")
def test_revoked_token_of_a_deleted_user_is_rejected(client, user, pair, path):
    services.revoke(adapter.resolve(pair.access))
    user.delete()
    assert client.get(path).status_code == 401


def test_unavailable_database_returns_503(client, path):
    with failing_database("SELECT", "revokedtoken"):
        response = client.get(path)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert status_of(client._credentials["HTTP_AUTHORIZATION"].split()[1], path) == 200


def test_header_of_another_scheme_is_ignored(api_client, db, path):
    api_client.credentials(HTTP_AUTHORIZATION="Token abc")
    response = api_client.get(path)
    assert response_code(response) == (401, None)
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'


def test_revoked_sliding_token_is_rejected(simple_jwt, user, path):
    simple_jwt(AUTH_TOKEN_CLASSES=("rest_framework_simplejwt.tokens.SlidingToken",))
    raw = str(SlidingToken.for_user(user))
    assert status_of(raw, path) == 200
    services.revoke(adapter.resolve(raw))
    assert response_code(client_with(raw).get(path)) == REVOKED


def test_revocation_check_makes_one_query(client, path, django_assert_num_queries):
    client.get(path)
    with django_assert_num_queries(1 if "stateless" in path else 2):
        client.get(path)
