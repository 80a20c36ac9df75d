"""System checks for allauth."""

from __future__ import annotations

from collections.abc import Iterator

from allauth.headless import app_settings
from allauth.headless.base.views import APIView
from allauth.headless.constants import Client
from allauth.usersessions.adapter import get_adapter
from django.apps import apps
from django.core.checks import CheckMessage, Error

from token_revocation._checks.urlconf import Route, iterate_routes
from token_revocation.adapters import get_adapters
from token_revocation.contrib.allauth.strategies import RevocableSessionsMixin
from token_revocation.contrib.allauth.usersessions import RevocableUserSessionsAdapter
from token_revocation.contrib.sessions import SessionAdapter

STRATEGIES = "token_revocation.contrib.allauth.strategies"


def check_headless() -> Iterator[CheckMessage]:
    """Report a token strategy that accepts revoked tokens, and sessions of browsers."""
    routes = [route for route in iterate_routes() if _is_headless(route)]
    apps = [route.path for route in routes if route.get("client") == Client.APP]
    browsers = [route.path for route in routes if route.get("client") == Client.BROWSER]
    strategy = type(app_settings.TOKEN_STRATEGY)
    if not issubclass(strategy, RevocableSessionsMixin):
        path = next((path for path in apps if "refresh" in path), "allauth.headless")
        yield Error(
            f"{path}: {strategy.__module__}.{strategy.__qualname__} accepts revoked tokens.",
            hint=f"Set HEADLESS_TOKEN_STRATEGY to {STRATEGIES}.RevocableJWTTokenStrategy, "
            "RevocableSessionTokenStrategy or a subclass.",
            id="token_revocation.E053",
        )
    if browsers and SessionAdapter.kind not in get_adapters():
        yield Error(
            f"{browsers[0]}: browser sessions of allauth stay valid after their user is logged "
            "out everywhere.",
            hint="Add token_revocation.contrib.sessions.SessionAdapter to ADAPTERS, and its "
            'RevocationMiddleware to MIDDLEWARE; or set HEADLESS_CLIENTS = ("app",).',
            id="token_revocation.E054",
        )


def check_usersessions() -> Iterator[CheckMessage]:
    """Report an adapter of ``allauth.usersessions`` that leaves tokens valid."""
    if not apps.is_installed("allauth.usersessions"):
        return
    adapter = type(get_adapter())
    if not issubclass(adapter, RevocableUserSessionsAdapter):
        yield Error(
            f"{adapter.__module__}.{adapter.__qualname__} leaves access tokens valid when users "
            "log out other sessions.",
            hint="Set USERSESSIONS_ADAPTER to "
            "token_revocation.contrib.allauth.usersessions.RevocableUserSessionsAdapter or a "
            "subclass.",
            id="token_revocation.E057",
        )


def _is_headless(route: Route) -> bool:
    return isinstance(route.view_class, type) and issubclass(route.view_class, APIView)
