"""Integration with ``knox``: several tokens per user, stored as digests."""

from __future__ import annotations

from token_revocation.contrib.knox.adapter import KnoxAdapter
from token_revocation.contrib.knox.authentication import RevocableKnoxAuthentication

__all__ = ["KnoxAdapter", "RevocableKnoxAuthentication"]
