"""Keys and JWTs of a trusted issuer."""

from __future__ import annotations

import json
import time
import uuid

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

ISSUER = "https://idp.example.com"
AUDIENCE = "https://api.example.com"


def make_jwk(kid="1"):
    """Return a new private key as a JWK."""
    key = json.loads(ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1())))
    return {**key, "kid": kid, "alg": "ES256"}


def public(jwk):
    """Return the public part of ``jwk``."""
    return {name: value for name, value in jwk.items() if name != "d"}


def trusted(*jwks, **changes):
    """Return ``TRUSTED_ISSUERS`` with one issuer that has these keys."""
    entry = {"issuer": ISSUER, "audience": AUDIENCE, "jwks": {"keys": [public(j) for j in jwks]}}
    return [{**entry, **changes}]


def default_claims():
    """Return the claims of an acceptable JWT."""
    return {"iss": ISSUER, "aud": AUDIENCE, "iat": int(time.time()), "jti": uuid.uuid4().hex}


def make_jwt(jwk, *, typ="secevent+jwt", headers=(), **changes):
    """Return a signed JWT; a claim or header of ``None`` is left out."""
    claims = {
        name: value for name, value in {**default_claims(), **changes}.items() if value is not None
    }
    header = {"kid": jwk["kid"], **dict(headers)}
    named = {name: value for name, value in header.items() if value is not None}
    return jwt.encode(claims, jwt.PyJWK.from_dict(jwk), headers={"typ": typ, **named})


def sign_claims(jwk, claims, *, typ):
    """Return a JWT with any ``claims``, signed without validation."""
    header = {"typ": typ, "kid": jwk["kid"]}
    payload = json.dumps(claims).encode()
    return jwt.PyJWS().encode(payload, jwt.PyJWK.from_dict(jwk), headers=header)
