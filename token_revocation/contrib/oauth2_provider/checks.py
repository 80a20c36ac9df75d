"""System checks for OAuth Toolkit."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from django.apps import apps
from django.core.checks import CheckMessage, Error
from oauth2_provider.settings import oauth2_settings

VALIDATORS = "token_revocation.contrib.oauth2_provider.validators"


def messages() -> Iterator[CheckMessage]:
    """What is wrong: the app is missing, or its doors do not ask."""
    if not apps.is_installed("oauth2_provider"):
        yield Error(
            "ADAPTERS names OAuth2ProviderAdapter, but oauth2_provider is not installed.",
            hint="Add 'oauth2_provider' to INSTALLED_APPS or take the adapter out.",
            id="token_revocation.E030",
        )
        return
    ours = import_module(VALIDATORS).RevocableOAuth2Validator
    if not issubclass(oauth2_settings.OAUTH2_VALIDATOR_CLASS, ours):
        yield Error(
            "OAuth Toolkit refreshes ended tokens: OAUTH2_VALIDATOR_CLASS does not ask.",
            hint=f"Name {VALIDATORS}.RevocableOAuth2Validator, or a subclass, in OAUTH2_PROVIDER.",
            id="token_revocation.E031",
        )
