"""The OAuth client of the demonstration: its page."""

from __future__ import annotations

from typing import Any

from django.apps import apps

CLIENT_ID = "demonstration"

SETTINGS: dict[str, Any] = {
    "OAUTH2_VALIDATOR_CLASS": "token_revocation.contrib.oauth2_provider.validators"
    ".RevocableOAuth2Validator",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 5 * 60,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 24 * 60 * 60,
    # A replayed refresh token revokes its session.
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    # Stores checksums instead of tokens.
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}


def register() -> None:
    """Create the client if it does not exist.

    It is public, as a page cannot keep a secret.
    """
    applications = apps.get_model("oauth2_provider", "Application")._default_manager
    applications.get_or_create(
        client_id=CLIENT_ID,
        defaults={
            "name": "The demonstration",
            "client_type": "public",
            "authorization_grant_type": "password",
        },
    )
