from __future__ import annotations

import json

import pytest

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa  # noqa: E402
from jwt.algorithms import OKPAlgorithm, RSAAlgorithm  # noqa: E402

from tests.standards.jwts import make_jwk  # noqa: E402
from token_revocation.standards._signatures import sign  # noqa: E402

SPEC = "RFC 7517"
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k", "x5c", "note"}


def export_jwk(algorithm, key, alg):
    return {**json.loads(algorithm.to_jwk(key)), "kid": "1", "alg": alg, "note": "for us"}


KEYS = {
    "EC": make_jwk,
    "RSA": lambda: export_jwk(RSAAlgorithm, rsa.generate_private_key(65537, 2048), "RS256"),
    "OKP": lambda: export_jwk(OKPAlgorithm, ed25519.Ed25519PrivateKey.generate(), "EdDSA"),
}


@pytest.fixture
def published(client, settings):
    settings.ROOT_URLCONF = "tests.standards.urls"

    def get(key):
        settings.TOKEN_REVOCATION = {"ISSUER": "https://us", "SIGNING_JWK": key}
        return client.get("/jwks.json")

    return get


@pytest.mark.spec(SPEC, "5")
@pytest.mark.spec(SPEC, "8.5.2")
@pytest.mark.parametrize("kind", KEYS)
def test_published_key_set_verifies_signed_tokens(published, kind):
    answer = published(KEYS[kind]())
    assert answer["Content-Type"] == "application/jwk-set+json"
    (key,) = jwt.PyJWKSet.from_dict(answer.json()).keys
    claims = jwt.decode(sign({"answer": 1}, typ="JWT"), key, issuer="https://us")
    assert claims["answer"] == 1


@pytest.mark.spec(SPEC, "9.2")
@pytest.mark.parametrize("kind", KEYS)
def test_key_set_contains_no_private_members(published, kind):
    (key,) = published(KEYS[kind]()).json()["keys"]
    assert key["kty"] == kind
    assert not key.keys() & PRIVATE


@pytest.mark.parametrize(
    "key", [None, {}, {"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"}, {"kty": "new", "z": "1"}]
)
def test_symmetric_or_missing_key_gets_404(published, key):
    answer = published(key)
    assert (answer.status_code, answer.content) == (404, b"")
