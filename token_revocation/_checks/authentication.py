"""Checks of the authentication classes of the project and its views."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Warning
from rest_framework.authentication import (
    BasicAuthentication,
    RemoteUserAuthentication,
    SessionAuthentication,
)
from rest_framework.settings import api_settings

from token_revocation._checks.entry_points import (
    dotted_path,
    format_paths,
    is_revocable,
    own_classes,
)
from token_revocation._checks.urlconf import iterate_routes
from token_revocation.adapters import get_adapters
from token_revocation.authentication import RevocationMixin

KNOWN_CLASSES = (
    RevocationMixin,
    BasicAuthentication,  # Not a token, but a password.
    RemoteUserAuthentication,  # Not a token, but a header of the web server.
    SessionAuthentication,  # The checks of browser sessions cover it.
)

UNCHECKED = (
    "does not check revocations. Tokens it accepts stay valid after logout/all/, "
    "services.revoke_all(), the admin and revoke_tokens."
)
HINT = (
    "Add RevocationMixin as its first base class, with an adapter for its tokens. See "
    "docs/extending.md. Silence this check if the class accepts no tokens."
)


def check_revocable_default() -> Iterator[CheckMessage]:
    """Warn if no default authentication class checks revocations."""
    if not any(issubclass(c, RevocationMixin) for c in _classes()):
        yield Warning(
            "No class in DEFAULT_AUTHENTICATION_CLASSES rejects revoked tokens.",
            hint="Add a revocable class from token_revocation.contrib. Silence this check if each "
            "view sets authentication_classes.",
            id="token_revocation.W001",
        )


def check_challenge() -> Iterator[CheckMessage]:
    """Warn if the first default class has no challenge, so that DRF answers 403."""
    classes = _classes()
    if any(issubclass(c, RevocationMixin) for c in classes) and not _challenges(classes[0]):
        yield Warning(
            f"{classes[0].__name__} is first in DEFAULT_AUTHENTICATION_CLASSES and has no "
            "challenge, so revoked tokens get 403, and unknown tokens get no WWW-Authenticate.",
            hint="Move a class with a challenge to the first place. It decides between 401 and 403.",
            id="token_revocation.W002",
        )


def check_default_classes() -> Iterator[CheckMessage]:
    """Warn of default classes that accept tokens unknown to every adapter in use."""
    classes = _classes()
    if not any(issubclass(each, RevocationMixin) for each in classes):
        return
    for each in filter(_is_unknown, classes):
        yield Warning(
            f"{dotted_path(each)} in DEFAULT_AUTHENTICATION_CLASSES {UNCHECKED}",
            hint=HINT,
            id="token_revocation.W073",
        )


def check_view_classes() -> Iterator[CheckMessage]:
    """Warn of such classes on views, in a project that uses revocable classes."""
    paths: dict[Any, list[str]] = defaultdict(list)
    for route in iterate_routes():
        for each in own_classes(route):
            paths[each].append(route.path)
    if not any(map(is_revocable, [*_classes(), *paths])):
        return
    for each in filter(_is_unknown, paths):
        yield Warning(
            f"{format_paths(paths[each])}: {dotted_path(each)} {UNCHECKED}",
            hint=HINT,
            id="token_revocation.W074",
        )


def _is_unknown(authentication_class: Any) -> bool:
    """Return whether the class may accept tokens that no adapter in use knows."""
    is_class = isinstance(authentication_class, type)  # Not a factory.
    is_known = is_class and issubclass(authentication_class, KNOWN_CLASSES)
    return is_class and not is_known and not _is_reported(authentication_class)


def _is_reported(authentication_class: Any) -> bool:
    """Return whether an adapter names the class, so that another check covers it."""
    known = {path for each in get_adapters().values() for path in each.authentication_classes}
    return not known.isdisjoint(map(dotted_path, authentication_class.__mro__))


def _classes() -> list[Any]:
    return list(api_settings.DEFAULT_AUTHENTICATION_CLASSES)


def _challenges(authentication_class: Any) -> bool:
    """Return whether the class has a challenge for ``WWW-Authenticate``."""
    return bool(authentication_class().authenticate_header(None))
