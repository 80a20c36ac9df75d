"""Integration with ``rest_framework.authtoken``: DRF's own tokens, one per user."""

from __future__ import annotations

from token_revocation.contrib.authtoken._keys import digest
from token_revocation.contrib.authtoken.adapter import AuthTokenAdapter
from token_revocation.contrib.authtoken.authentication import RevocableTokenAuthentication

__all__ = ["AuthTokenAdapter", "RevocableTokenAuthentication", "digest"]
