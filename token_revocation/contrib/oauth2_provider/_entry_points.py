"""OAuth Toolkit's views that accept revoked tokens, and their replacements."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from types import FunctionType
from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views import IntrospectTokenView, RevokeTokenView
from oauth2_provider.views.dynamic_client_registration import (
    DynamicClientRegistrationManagementView,
)
from oauth2_provider.views.mixins import OAuthLibMixin

from token_revocation._checks.urlconf import Route, iterate_wrapped
from token_revocation.contrib.oauth2_provider import views
from token_revocation.contrib.oauth2_provider.validators import RevocableOAuth2Validator

PACKAGE = "token_revocation.contrib.oauth2_provider"
VALIDATOR = f"{PACKAGE}.validators.RevocableOAuth2Validator"
HANDLERS = ("dispatch", "get", "post", "put", "patch", "delete", "head", "options")


def view_replacement(route: Route) -> str:
    """Return the replacement for the view of ``route``, or ``""`` if none is needed."""
    view: Any = route.view_class
    if _is_subclass(view, IntrospectTokenView) and not _is_subclass(
        view, views.RevocableIntrospectTokenView
    ):
        return f"{PACKAGE}.views.RevocableIntrospectTokenView"
    if _is_unchecked_management(view):
        return f"{PACKAGE}.views.RevocableClientManagementView"
    if _is_subclass(view, OAuthLibMixin) and not _is_subclass(view, RevokeTokenView):
        # What RevokeTokenView revokes is recorded with any validator.
        return "" if _is_subclass(_get_validator(view), RevocableOAuth2Validator) else VALIDATOR
    if _is_decorated(route.callback) or _has_decorated_handler(view):
        return f"{PACKAGE}.decorators.protected_resource"
    return ""


def _is_unchecked_management(view: Any) -> bool:
    if not oauth2_settings.DCR_ENABLED or not _is_subclass(
        view, DynamicClientRegistrationManagementView
    ):
        return False
    return not _is_subclass(view, views.RevocableClientManagementView)


def _get_validator(view: Any) -> Any:
    return view.get_validator_class()


def _is_decorated(callback: Any) -> bool:
    """Return whether a decorator of OAuth Toolkit uses a validator without the check."""
    return any(
        _is_unchecked(each) for found in iterate_wrapped(callback) for each in _validators(found)
    )


@lru_cache(maxsize=4096)
def _has_decorated_handler(view: Any) -> bool:
    handlers = (getattr(view, name, None) for name in HANDLERS)
    return any(_is_decorated(each) for each in handlers if each is not None)


def _validators(found: Any) -> Iterator[Any]:
    """Yield the argument ``validator_cls`` of ``protected_resource()`` and the like."""
    if isinstance(found, FunctionType) and "validator_cls" in found.__code__.co_freevars:
        cells = dict(zip(found.__code__.co_freevars, found.__closure__ or (), strict=True))
        yield cells["validator_cls"].cell_contents


def _is_unchecked(validator: Any) -> bool:
    return _is_subclass(validator, OAuth2Validator) and not _is_subclass(
        validator, RevocableOAuth2Validator
    )


def _is_subclass(each: Any, base: Any) -> bool:
    return isinstance(each, type) and issubclass(each, base)
