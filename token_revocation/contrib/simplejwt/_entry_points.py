"""Views of other packages that issue or accept JWTs, and their replacements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import connections
from django.utils.module_loading import import_string
from rest_framework.generics import GenericAPIView
from rest_framework_simplejwt import serializers as simplejwt_serializers
from rest_framework_simplejwt import views as simplejwt_views

from token_revocation._checks.urlconf import Route, iterate_routes
from token_revocation.contrib.simplejwt import _stored_tokens, serializers
from token_revocation.contrib.simplejwt.tokens import SessionToken
from token_revocation.contrib.simplejwt.views import RevocableTokenView

CONTRIB = "token_revocation.contrib"
VIEWS = f"{CONTRIB}.simplejwt.views"
COOKIE_VIEW = f"{CONTRIB}.dj_rest_auth.views.RevocableCookieTokenRefreshView"

ISSUING_VIEWS: dict[type[Any], tuple[type[Any], str]] = {
    simplejwt_views.TokenObtainPairView: (
        simplejwt_serializers.TokenObtainPairSerializer,
        f"{VIEWS}.RevocableTokenObtainPairView",
    ),
    simplejwt_views.TokenObtainSlidingView: (
        simplejwt_serializers.TokenObtainSlidingSerializer,
        f"{VIEWS}.RevocableTokenObtainSlidingView",
    ),
}
"""By view, its serializer, which issues tokens without a session, and the replacement view."""

ACCEPTING_VIEWS: dict[type[Any], tuple[type[Any], type[Any], str]] = {
    simplejwt_views.TokenRefreshView: (
        simplejwt_serializers.TokenRefreshSerializer,
        serializers.RevocableTokenRefreshSerializer,
        f"{VIEWS}.RevocableTokenRefreshView",
    ),
    simplejwt_views.TokenRefreshSlidingView: (
        simplejwt_serializers.TokenRefreshSlidingSerializer,
        serializers.RevocableTokenRefreshSlidingSerializer,
        f"{VIEWS}.RevocableTokenRefreshSlidingView",
    ),
    simplejwt_views.TokenVerifyView: (
        simplejwt_serializers.TokenVerifySerializer,
        serializers.RevocableTokenVerifySerializer,
        f"{VIEWS}.RevocableTokenVerifyView",
    ),
    simplejwt_views.TokenBlacklistView: (
        simplejwt_serializers.TokenBlacklistSerializer,
        serializers.TokenRevokeSerializer,
        f"{VIEWS}.TokenRevokeView",
    ),
}
"""By view, its serializer, the serializer that checks revocations, and the replacement view."""

DEFAULT_METHODS = (None, GenericAPIView.get_serializer_class)

LOGIN_REPLACEMENT = f"{CONTRIB}.dj_rest_auth._entry_points.get_login_replacement"
LOGOUT_REPLACEMENT = f"{CONTRIB}.dj_rest_auth._entry_points.get_logout_replacement"

OTHER_PACKAGES = {
    "dj_rest_auth.mfa.views.MFAVerifyView": LOGIN_REPLACEMENT,
    "dj_rest_auth.registration.views.RegisterView": LOGIN_REPLACEMENT,
    "dj_rest_auth.views.LoginView": LOGIN_REPLACEMENT,
    "dj_rest_auth.views.LogoutView": LOGOUT_REPLACEMENT,
    "djoser.social.views.ProviderAuthView": (
        f"{CONTRIB}.djoser._entry_points.get_provider_replacement"
    ),
}
"""By the dotted path of another package's view, that of the function that returns a replacement.

The function is imported only if a URL leads to the view, so its package is installed.
"""


def get_view_replacement(route: Route) -> str:
    """Return the replacement of a view; ``""`` if it checks revocations."""
    replacements = (
        _get_issuing_replacement(route, serializer) or _get_accepting_replacement(route, serializer)
        for serializer in _get_serializers(route)
    )
    return next(filter(None, replacements), "") or _get_other_replacement(route)


def _get_serializers(route: Route) -> list[Any]:
    """Return the serializer classes of the view that can be determined."""
    # The default method returns an attribute, which is faster to read.
    is_default = getattr(route.view_class, "get_serializer_class", None) in DEFAULT_METHODS
    if is_default and not route.is_computed("serializer_class"):
        return [route.get("serializer_class")]
    results = route.iterate_results("get_serializer_class")
    classes = dict.fromkeys(each for each in results if isinstance(each, type))
    return list(classes) or [route.get("serializer_class")]


def check_atomic_requests() -> Iterator[CheckMessage]:
    """Warn of views whose revocations ``ATOMIC_REQUESTS`` rolls back."""
    if not any(connections[alias].settings_dict["ATOMIC_REQUESTS"] for alias in connections):
        return
    for route in iterate_routes():
        if _is_rolled_back(route):
            yield Warning(
                f"{route.path}: ATOMIC_REQUESTS rolls back the revocation by {route.view} when a "
                "refresh token is reused.",
                hint=f"Subclass {VIEWS}.RevocableTokenRefreshView.",
                id="token_revocation.W060",
            )


def _is_rolled_back(route: Route) -> bool:
    if _is_subclass(route.view_class, RevocableTokenView):
        return False  # It commits before it responds.
    is_refresh_view = _is_subclass(route.view_class, simplejwt_views.TokenRefreshView)
    return is_refresh_view and not get_view_replacement(route)


def _get_issuing_replacement(route: Route, serializer: Any) -> str:
    """Return the replacement of a view that issues tokens without a session."""
    for view, (issuing, replacement) in ISSUING_VIEWS.items():
        if _is_subclass(route.view_class, view) or _is_subclass(serializer, issuing):
            return "" if issues_session_tokens(serializer) else replacement
    return ""


def _get_accepting_replacement(route: Route, serializer: Any) -> str:
    """Return the replacement of a view that does not check or record revocations."""
    for view, (accepting, checking, replacement) in ACCEPTING_VIEWS.items():
        if _is_subclass(route.view_class, view) or _is_subclass(serializer, accepting):
            is_recorded = (
                view is simplejwt_views.TokenBlacklistView and _stored_tokens.is_installed()
            )
            if is_recorded or _is_subclass(serializer, checking):
                return ""
            return COOKIE_VIEW if _reads_cookie(serializer) else replacement
    return ""


def _get_other_replacement(route: Route) -> str:
    for each in getattr(route.view_class, "__mro__", ()):
        path = OTHER_PACKAGES.get(f"{each.__module__}.{each.__qualname__}")
        if path is not None:
            replacement: str = import_string(path)(route)
            return replacement
    return ""


def _reads_cookie(serializer: Any) -> bool:
    names = {f"{each.__module__}.{each.__name__}" for each in getattr(serializer, "__mro__", ())}
    return "dj_rest_auth.jwt_auth.CookieTokenRefreshSerializer" in names


def issues_session_tokens(serializer: Any) -> bool:
    """Return whether the tokens that ``serializer`` issues belong to a session."""
    return _is_subclass(getattr(serializer, "token_class", None), SessionToken)


def _is_subclass(each: Any, base: type[Any]) -> bool:
    return isinstance(each, type) and issubclass(each, base)
