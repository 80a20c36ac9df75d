"""Check of views and authentication classes that ignore revocations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from token_revocation._checks.urlconf import Route, iterate_routes
from token_revocation.adapters import TokenAdapter, get_adapters
from token_revocation.authentication import RevocationMixin

MAX_PATHS = 3
"""The number of URLs that a message names."""

STOCK_GET_AUTHENTICATORS = (None, APIView.get_authenticators)

Adapters = Sequence[TokenAdapter]
Paths = dict[tuple[str, ...], list[str]]
"""URLs by the parts of their common message."""


def check_entry_points() -> Iterator[CheckMessage]:
    """Report views and classes that accept revoked tokens of the kinds in use."""
    routes = list(iterate_routes())
    adapters = get_adapters_in_use(routes)
    yield from _check_defaults(adapters)
    yield from _check_routes(routes, adapters)


def _check_defaults(adapters: Adapters) -> Iterator[CheckMessage]:
    for each in _default_classes():
        replacement = find_class_replacement(each, adapters)
        if replacement:
            yield Error(
                f"{dotted_path(each)} in DEFAULT_AUTHENTICATION_CLASSES accepts revoked tokens.",
                hint=f"Use {replacement}, or a subclass, instead.",
                id="token_revocation.E052",
            )


def _check_routes(routes: Iterable[Route], adapters: Adapters) -> Iterator[CheckMessage]:
    views: Paths = defaultdict(list)
    classes: Paths = defaultdict(list)
    for route in routes:
        replacements = _view_replacements(route, adapters)
        for replacement in replacements:
            views[route.view, replacement].append(route.path)
        for each in () if replacements else own_classes(route):
            replacement = find_class_replacement(each, adapters)
            if replacement:
                classes[route.view, dotted_path(each), replacement].append(route.path)
    yield from _view_errors(views)
    yield from _class_errors(classes)


def _view_errors(found: Paths) -> Iterator[CheckMessage]:
    for (view, replacement), paths in found.items():
        yield Error(
            f"{format_paths(paths)}: {view} does not check whether tokens are revoked.",
            hint=f"Use {replacement} instead.",
            id="token_revocation.E050",
        )


def _class_errors(found: Paths) -> Iterator[CheckMessage]:
    for (view, accepting, replacement), paths in found.items():
        yield Error(
            f"{format_paths(paths)}: {view} accepts revoked tokens through {accepting}.",
            hint=f"Use {replacement}, or a subclass, in authentication_classes of the view.",
            id="token_revocation.E051",
        )


def get_adapters_in_use(routes: Iterable[Route]) -> list[TokenAdapter]:
    """Return the adapters of ``ADAPTERS`` and of the project's revocable classes."""
    classes = [*_default_classes(), *(each for route in routes for each in own_classes(route))]
    revocable = (each for each in dict.fromkeys(classes) if is_revocable(each))
    named = {each.adapter.kind: each.adapter for each in revocable if hasattr(each, "adapter")}
    # The default of ADAPTERS does not tell which kinds the project uses.
    is_set = "ADAPTERS" in getattr(settings, "TOKEN_REVOCATION", {})
    return list({**named, **(get_adapters() if is_set else {})}.values())


def _view_replacements(route: Route, adapters: Adapters) -> list[str]:
    found = (adapter.get_view_replacement(route) for adapter in adapters)
    return list(dict.fromkeys(filter(None, found)))


def find_class_replacement(authentication_class: Any, adapters: Adapters) -> str:
    """Return the replacement of a class that accepts revoked tokens, or ``""``."""
    if is_revocable(authentication_class) or not isinstance(authentication_class, type):
        return ""
    found = (adapter.get_class_replacement(authentication_class) for adapter in adapters)
    return next(filter(None, found), "")


def own_classes(route: Route) -> list[Any]:
    """Return the authentication classes of a view, unless they are the default ones."""
    classes = route.get("authentication_classes")
    if route.is_computed("authentication_classes"):
        classes = list(dict.fromkeys(_iterate_items(route, "authentication_classes")))
    if not isinstance(classes, list | tuple):
        classes = ()
    if getattr(route.view_class, "get_authenticators", None) not in STOCK_GET_AUTHENTICATORS:
        classes = _classes_from_method(route) or classes
    return [] if list(classes) == _default_classes() else list(classes)


def _classes_from_method(route: Route) -> list[Any]:
    """Return the classes of what ``get_authenticators()`` returns without a request."""
    return list(dict.fromkeys(map(type, _iterate_items(route, "get_authenticators"))))


def _iterate_items(route: Route, name: str) -> Iterator[Any]:
    """Yield the items of the lists that a method or a property of the view returns."""
    for found in route.iterate_results(name):
        yield from found if isinstance(found, list | tuple) else ()


def _default_classes() -> list[Any]:
    return list(api_settings.DEFAULT_AUTHENTICATION_CLASSES or ())


def is_revocable(authentication_class: Any) -> bool:
    is_class = isinstance(authentication_class, type)
    return is_class and issubclass(authentication_class, RevocationMixin)


def dotted_path(each: Any) -> str:
    return f"{each.__module__}.{each.__qualname__}"


def format_paths(paths: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(paths))
    hidden = len(distinct) - MAX_PATHS
    suffix = f" and {hidden} more" if hidden > 0 else ""
    return ", ".join(distinct[:MAX_PATHS]) + suffix
