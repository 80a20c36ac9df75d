"""Integration with ``django.contrib.sessions``: browsers, by their session cookie."""

from __future__ import annotations

from token_revocation.contrib.sessions import _receivers
from token_revocation.contrib.sessions.adapter import SessionAdapter
from token_revocation.contrib.sessions.authentication import RevocableSessionAuthentication
from token_revocation.contrib.sessions.middleware import RevocationMiddleware

__all__ = ["RevocableSessionAuthentication", "RevocationMiddleware", "SessionAdapter"]

_receivers.connect()
