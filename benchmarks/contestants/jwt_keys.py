"""Keys and headers of JWTs, for each algorithm."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any
from unittest import mock

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.conf import settings
from rest_framework_simplejwt import state
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.tokens import AccessToken

from benchmarks.users import users_of


@cache
def get_backend(algorithm: str) -> TokenBackend:
    """Return a backend of simplejwt, with a new key unless that of the settings fits."""
    if algorithm == "HS256":
        return TokenBackend(algorithm, settings.SECRET_KEY)
    is_rsa = algorithm == "RS256"
    key: Any = generate_rsa_key(65537, 2048) if is_rsa else generate_ec_key(SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return TokenBackend(algorithm, private.decode(), public.decode())


def sign_with(algorithm: str) -> AbstractContextManager[Any]:
    """Let simplejwt sign and verify with ``algorithm`` in this block."""
    return mock.patch.object(state, "token_backend", get_backend(algorithm))


@cache
def jwt_headers(algorithm: str = "HS256") -> list[str]:
    """Return an access token for each user that outlives the run."""
    with sign_with(algorithm):
        return [f"Bearer {long_lived(user)}" for user in users_of(f"jwt-{algorithm}-")]


def long_lived(user: Any) -> AccessToken:
    token = AccessToken.for_user(user)
    token.set_exp(lifetime=token.lifetime * 1000)
    return token
