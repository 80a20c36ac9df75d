"""System checks for OAuth Toolkit."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from oauth2_provider.settings import oauth2_settings

PACKAGE = "token_revocation.contrib.oauth2_provider"
VALIDATORS = f"{PACKAGE}.validators"


def messages() -> Iterator[CheckMessage]:
    """Yield errors if the app is missing, or its endpoints do not check revocations."""
    if not apps.is_installed("oauth2_provider"):
        yield Error(
            "ADAPTERS names OAuth2ProviderAdapter, but oauth2_provider is not installed.",
            hint="Add 'oauth2_provider' to INSTALLED_APPS, or remove the adapter from ADAPTERS.",
            id="token_revocation.E030",
        )
        return
    validator = import_module(VALIDATORS).RevocableOAuth2Validator
    if not issubclass(oauth2_settings.OAUTH2_VALIDATOR_CLASS, validator):
        yield Error(
            "OAUTH2_VALIDATOR_CLASS does not check revocations, so it refreshes revoked tokens.",
            hint=(
                "Set OAUTH2_VALIDATOR_CLASS in OAUTH2_PROVIDER to "
                f"{VALIDATORS}.RevocableOAuth2Validator or a subclass."
            ),
            id="token_revocation.E031",
        )


@cache
def entry_points() -> Any:
    """Return the module that imports OAuth Toolkit's views, which must load late."""
    return import_module(f"{PACKAGE}._entry_points")
