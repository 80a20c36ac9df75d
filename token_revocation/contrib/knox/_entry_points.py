"""Replacements of knox's views that accept revoked tokens."""

from __future__ import annotations

from knox.auth import TokenAuthentication
from knox.views import LogoutAllView, LogoutView

from token_revocation._checks.urlconf import Route
from token_revocation.authentication import RevocationMixin

VIEWS = "token_revocation.contrib.knox.views"
REPLACEMENTS = {
    LogoutView: f"{VIEWS}.RevocableLogoutView",
    LogoutAllView: f"{VIEWS}.RevocableLogoutAllView",
}


def get_view_replacement(route: Route) -> str:
    """Return the replacement of a view; ``""`` if it checks revocations."""
    for view, replacement in REPLACEMENTS.items():
        if isinstance(route.view_class, type) and issubclass(route.view_class, view):
            return replacement if _uses_default_class(route) else ""
    return ""


def _uses_default_class(route: Route) -> bool:
    classes = route.get("authentication_classes") or ()
    knox_classes = (each for each in classes if issubclass(each, TokenAuthentication))
    return any(not issubclass(each, RevocationMixin) for each in knox_classes)
