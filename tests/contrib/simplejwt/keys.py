"""Token backends of simplejwt with each supported kind of key."""

from __future__ import annotations

from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from rest_framework_simplejwt.backends import TokenBackend

SECRET = "another secret " * 5
CURVE = ec.SECP256R1()


@cache
def create_key_pair(algorithm):
    """Return a private and a public key in PEM format."""
    is_rsa = algorithm.startswith("RS")
    private = rsa.generate_private_key(65537, 2048) if is_rsa else ec.generate_private_key(CURVE)
    return (
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    )


def backend_for(algorithm, **options):
    """Return a backend for this algorithm with new keys."""
    if algorithm.startswith("HS"):
        return TokenBackend(algorithm, SECRET, **options)
    return TokenBackend(algorithm, *create_key_pair(algorithm), **options)
