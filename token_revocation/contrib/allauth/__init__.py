"""Integration with ``allauth.headless``: access, refresh and session tokens."""

from __future__ import annotations

from token_revocation.contrib.allauth import _receivers
from token_revocation.contrib.allauth.adapter import AllauthAdapter
from token_revocation.contrib.allauth.authentication import (
    RevocableJWTTokenAuthentication,
    RevocableXSessionTokenAuthentication,
)

__all__ = [
    "AllauthAdapter",
    "RevocableJWTTokenAuthentication",
    "RevocableXSessionTokenAuthentication",
]

_receivers.connect()
