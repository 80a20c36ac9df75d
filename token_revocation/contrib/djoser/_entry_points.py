"""The replacement of djoser's view that issues JWTs without a session."""

from __future__ import annotations

from djoser.conf import settings
from djoser.social.token.jwt import TokenStrategy

from token_revocation._checks.urlconf import Route

STRATEGY = "token_revocation.contrib.djoser.strategies.RevocableTokenStrategy"


def get_provider_replacement(route: Route) -> str:
    """Return the setting that adds a session to issued tokens; ``""`` if it is set."""
    obtain = settings.SOCIAL_AUTH_TOKEN_STRATEGY.obtain
    is_default = getattr(obtain, "__func__", obtain) is TokenStrategy.obtain.__func__
    return f'DJOSER["SOCIAL_AUTH_TOKEN_STRATEGY"] = "{STRATEGY}"' if is_default else ""
