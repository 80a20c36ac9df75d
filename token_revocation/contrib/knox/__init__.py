"""``knox``: many tokens for each user, of which only a digest is stored."""

from __future__ import annotations

from token_revocation.contrib.knox.adapter import KnoxAdapter
from token_revocation.contrib.knox.authentication import RevocableKnoxAuthentication

__all__ = ["KnoxAdapter", "RevocableKnoxAuthentication"]
