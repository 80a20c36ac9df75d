from __future__ import annotations

import pytest

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from tests.factories import UserFactory  # noqa: E402
from tests.standards.jwts import public  # noqa: E402

SPEC = "RFC 9701"
JWT = "application/token-introspection+jwt"
ISSUER = "https://api.example.com"


@pytest.fixture(autouse=True)
def _sign(settings, jwk):
    settings.ROOT_URLCONF = "tests.standards.urls"
    settings.TOKEN_REVOCATION = {"ISSUER": ISSUER, "SIGNING_JWK": jwk}


@pytest.fixture
def server(api_client, db):
    api_client.force_authenticate(UserFactory(username="rs", is_superuser=True))
    return api_client


def ask(client, raw, accept=JWT):
    body = {"token": raw}
    return client.post("/introspect/signed/", body, format="json", HTTP_ACCEPT=accept)


@pytest.mark.spec(SPEC, "4")
@pytest.mark.spec(SPEC, "5")
def test_signed_response_has_the_caller_as_audience(server, token, jwk):
    answer = ask(server, token.key)
    assert (answer.status_code, answer["Content-Type"]) == (200, JWT)
    key = jwt.PyJWK.from_dict(public(jwk))
    token = jwt.decode_complete(answer.content, key, audience="rs", issuer=ISSUER)
    assert token["header"]["typ"] == "token-introspection+jwt"
    assert token["payload"]["token_introspection"]["active"] is True


@pytest.mark.spec(SPEC, "5")
def test_signed_response_cannot_be_used_as_an_access_token(server, token):
    claims = jwt.decode(ask(server, token.key).content, options={"verify_signature": False})
    assert claims.keys() == {"iss", "aud", "iat", "token_introspection"}


@pytest.mark.spec(SPEC, "5")
def test_signed_response_for_an_inactive_token_has_only_active(server):
    claims = jwt.decode(ask(server, "x").content, options={"verify_signature": False})
    assert claims["token_introspection"] == {"active": False}


@pytest.mark.spec(SPEC, "5")
@pytest.mark.spec(SPEC, "8.2")
def test_anonymous_caller_gets_no_signed_response(api_client, token):
    answer = ask(api_client, token.key)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")


@pytest.mark.spec(SPEC, "4")
def test_caller_that_accepts_json_gets_json(server, api_client, token):
    assert ask(server, token.key, "application/json").json()["active"] is True
    api_client.force_authenticate(None)
    assert ask(api_client, token.key, "application/json").status_code == 401


def test_errors_are_json(server):
    answer = ask(server, "")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
