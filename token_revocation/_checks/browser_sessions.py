"""Checks of browser sessions that stay valid after a revocation.

Where ``SessionAdapter`` is in ``ADAPTERS``, its own checks and those of entry points cover them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from rest_framework.authentication import SessionAuthentication
from rest_framework.settings import api_settings

from token_revocation._checks.urlconf import Route, iterate_routes
from token_revocation.adapters import get_adapters
from token_revocation.authentication import RevocationMixin

SESSIONS_STAY_VALID = (
    "browser sessions stay valid after logout/all/, services.revoke_all(), the admin and "
    "revoke_tokens"
)
SESSION_KIND = "session"
MIDDLEWARE = "token_revocation.contrib.sessions.RevocationMiddleware"

HINT = (
    "Use token_revocation.contrib.sessions.RevocableSessionAuthentication instead, add its "
    "SessionAdapter to ADAPTERS and its RevocationMiddleware to MIDDLEWARE."
)
PAGES_HINT = (
    "Add SessionAdapter of token_revocation.contrib.sessions to ADAPTERS and RevocationMiddleware to "
    "MIDDLEWARE, after AuthenticationMiddleware. Silence this check if no session must be revoked."
)

LOGIN_VIEWS = frozenset(
    {
        "allauth.account.views.LoginView",
        "django.contrib.admin.sites.AdminSite.login",
        "django.contrib.auth.views.LoginView",
    }
)


def check_session_authentication() -> Iterator[CheckMessage]:
    """Report an API that accepts both browser sessions and revocable tokens."""
    if SESSION_KIND in get_adapters():
        return
    defaults = api_settings.DEFAULT_AUTHENTICATION_CLASSES
    if _accepts_sessions(defaults):
        places = ["DEFAULT_AUTHENTICATION_CLASSES"]
    else:
        routes = iterate_routes()
        places = sorted(
            {r.view for r in routes if _accepts_sessions(r.get("authentication_classes", ()))}
        )
    if places:
        yield Error(
            f"SessionAuthentication is in {', '.join(places)}; {SESSIONS_STAY_VALID}.",
            hint=HINT,
            id="token_revocation.E070",
        )


def check_session_adapter() -> Iterator[CheckMessage]:
    """Report a middleware that cannot tell new sessions from revoked ones."""
    if MIDDLEWARE in settings.MIDDLEWARE and SESSION_KIND not in get_adapters():
        yield Error(
            "RevocationMiddleware is in MIDDLEWARE, and SessionAdapter is not in ADAPTERS: the time of "
            "a login is unknown, so new sessions are rejected after a logout everywhere.",
            hint="Add token_revocation.contrib.sessions.SessionAdapter to ADAPTERS.",
            id="token_revocation.E058",
        )


def check_login_pages() -> Iterator[CheckMessage]:
    """Warn of pages that start browser sessions, in a single message."""
    if SESSION_KIND in get_adapters():
        return
    pages = {
        f"{_short_name(route.view)} ({route.path})"
        for route in iterate_routes()
        if _is_login(route)
    }
    if pages:
        yield Warning(
            f"Login pages: {', '.join(sorted(pages))}; {SESSIONS_STAY_VALID}.",
            hint=PAGES_HINT,
            id="token_revocation.W071",
        )


def _accepts_sessions(authentication_classes: Collection[Any] | None) -> bool:
    """Return whether the classes accept browser sessions and revocable tokens."""
    classes = [
        each for each in authentication_classes or () if isinstance(each, type)
    ]  # Not factories.
    others = [each for each in classes if not issubclass(each, RevocationMixin)]
    has_sessions = any(issubclass(each, SessionAuthentication) for each in others)
    return has_sessions and len(others) < len(classes)


def _is_login(route: Route) -> bool:
    """Return whether the view is one of ``LOGIN_VIEWS``, or a subclass."""
    classes = getattr(route.view_class, "__mro__", ())
    names = {f"{each.__module__}.{each.__qualname__}" for each in classes}
    return not LOGIN_VIEWS.isdisjoint({route.view, *names})


def _short_name(view: str) -> str:
    """Return the class and attribute of a dotted path, such as ``AdminSite.login``."""
    names = [name for name in view.split(".") if name[:1].isupper()]
    return view[view.index(names[0]) :] if names else view
