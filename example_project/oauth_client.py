"""The one client of OAuth Toolkit here: the page itself."""

from __future__ import annotations

from typing import Any

from django.apps import apps

CLIENT_ID = "demonstration"

SETTINGS: dict[str, Any] = {
    "OAUTH2_VALIDATOR_CLASS": "token_revocation.contrib.oauth2_provider.validators"
    ".RevocableOAuth2Validator",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 5 * 60,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 24 * 60 * 60,
    # A refresh token that comes again ends its session.
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    # Checksums in place of tokens.
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}


def register() -> None:
    """Make the client, or leave it as it is. It is public: a page keeps no secret."""
    kept = apps.get_model("oauth2_provider", "Application")._default_manager
    kept.get_or_create(
        client_id=CLIENT_ID,
        defaults={
            "name": "The demonstration",
            "client_type": "public",
            "authorization_grant_type": "password",
        },
    )
