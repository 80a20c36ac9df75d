"""System checks for OAuth Toolkit."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from django.apps import apps
from django.core.checks import CheckMessage, Error, Warning
from django.urls import NoReverseMatch, resolve, reverse
from oauth2_provider.settings import oauth2_settings

OURS = "token_revocation.contrib.oauth2_provider"
VALIDATORS, VIEWS, URLS = (f"{OURS}.{name}" for name in ("validators", "views", "urls"))


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
    if not _introspection_asks():
        yield Warning(
            "OAuth Toolkit's own introspection calls ended tokens active.",
            hint=f"Include {URLS} in the place of oauth2_provider.urls.",
            id="token_revocation.W033",
        )


def _introspection_asks() -> bool:
    """Whether the project's introspection is ours, or there is none."""
    try:
        found = resolve(reverse("oauth2_provider:introspect"))
    except NoReverseMatch:
        return True
    view = getattr(found.func, "view_class", object)
    return issubclass(view, import_module(VIEWS).RevocableIntrospectTokenView)
