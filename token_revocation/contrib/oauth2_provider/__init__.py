"""Integration with ``django-oauth-toolkit``: its access, refresh and ID tokens."""

from __future__ import annotations

from token_revocation.contrib.oauth2_provider import _receivers
from token_revocation.contrib.oauth2_provider.adapter import OAuth2ProviderAdapter
from token_revocation.contrib.oauth2_provider.authentication import RevocableOAuth2Authentication

__all__ = ["OAuth2ProviderAdapter", "RevocableOAuth2Authentication"]

_receivers.connect()
