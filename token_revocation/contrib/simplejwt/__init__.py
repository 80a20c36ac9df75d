"""``rest_framework_simplejwt``: JSON Web Tokens, and the sessions they belong to."""

from __future__ import annotations

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
