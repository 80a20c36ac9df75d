"""Replacements of dj-rest-auth's login and logout views."""

from __future__ import annotations

from dj_rest_auth.app_settings import api_settings

from token_revocation._checks.urlconf import Route
from token_revocation.contrib.dj_rest_auth.views import RevocableLogoutView
from token_revocation.contrib.simplejwt._entry_points import issues_session_tokens

SERIALIZER = "token_revocation.contrib.simplejwt.serializers.RevocableTokenObtainPairSerializer"


def get_login_replacement(route: Route) -> str:
    """Return the setting that adds a session to issued tokens; ``""`` if it is set."""
    if not api_settings.USE_JWT or issues_session_tokens(api_settings.JWT_TOKEN_CLAIMS_SERIALIZER):
        return ""
    return f'REST_AUTH["JWT_TOKEN_CLAIMS_SERIALIZER"] = "{SERIALIZER}"'


def get_logout_replacement(route: Route) -> str:
    """Return the logout view that also revokes access tokens; ``""`` if it is in use."""
    is_revocable = issubclass(route.view_class or object, RevocableLogoutView)
    if is_revocable or not api_settings.USE_JWT:
        return ""
    return f"{RevocableLogoutView.__module__}.{RevocableLogoutView.__qualname__}"
