"""Keys and statements of another party, for tests."""

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
    """A new private key."""
    key = json.loads(ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1())))
    return {**key, "kid": kid, "alg": "ES256"}


def public(jwk):
    """What anybody may know of it."""
    return {name: value for name, value in jwk.items() if name != "d"}


def trusted(*jwks, **changes):
    """``TRUSTED_ISSUERS`` with one issuer that has these keys."""
    entry = {"issuer": ISSUER, "audience": AUDIENCE, "jwks": {"keys": [public(j) for j in jwks]}}
    return [{**entry, **changes}]


def usual():
    """The claims of a statement that is accepted."""
    return {"iss": ISSUER, "aud": AUDIENCE, "iat": int(time.time()), "jti": uuid.uuid4().hex}


def statement(jwk, *, typ="secevent+jwt", headers=(), **changes):
    """A signed statement; a claim of ``None`` is left out."""
    claims = {name: value for name, value in {**usual(), **changes}.items() if value is not None}
    header = {"kid": jwk["kid"], **dict(headers)}
    named = {name: value for name, value in header.items() if value is not None}
    return jwt.encode(claims, jwt.PyJWK.from_dict(jwk), headers={"typ": typ, **named})


def signed(jwk, claims, *, typ):
    """Whatever ``claims`` are, as a library signs them that does not look at them."""
    header = {"typ": typ, "kid": jwk["kid"]}
    payload = json.dumps(claims).encode()
    return jwt.PyJWS().encode(payload, jwt.PyJWK.from_dict(jwk), headers=header)
