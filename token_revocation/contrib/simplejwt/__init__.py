"""Integration with ``rest_framework_simplejwt``: JWTs and their sessions."""

from __future__ import annotations

from token_revocation.contrib.simplejwt import _receivers
from token_revocation.contrib.simplejwt.adapter import SimpleJWTAdapter
from token_revocation.contrib.simplejwt.authentication import (
    RevocableJWTAuthentication,
    RevocableJWTStatelessUserAuthentication,
)

__all__ = [
    "RevocableJWTAuthentication",
    "RevocableJWTStatelessUserAuthentication",
    "SimpleJWTAdapter",
]

_receivers.connect()
