"""``oauth2_provider``: the access, refresh and ID tokens of OAuth Toolkit."""

from __future__ import annotations

from token_revocation.contrib.oauth2_provider import receivers
from token_revocation.contrib.oauth2_provider.adapter import OAuth2ProviderAdapter
from token_revocation.contrib.oauth2_provider.authentication import RevocableOAuth2Authentication

__all__ = ["OAuth2ProviderAdapter", "RevocableOAuth2Authentication"]

receivers.connect()
