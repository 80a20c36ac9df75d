"""Iteration over the views in the URL configurations of the project."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib import import_module
from inspect import isroutine
from types import FunctionType
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, get_resolver

MAX_WRAPPERS = 64
"""The number of wrapped objects that are inspected for one callback."""

Callback = Callable[..., Any]


@dataclass(frozen=True)
class Route:
    """A URL pattern and its view."""

    path: str
    """The pattern, such as ``/users/<int:pk>/``."""
    name: str
    """The name of the pattern without namespaces, or ``""``."""
    callback: Callback
    """The view as Django calls it, with all its decorators."""
    view_class: type[Any] | None = None
    """The class of a class-based view, or of a view decorated with DRF's ``api_view``."""
    initkwargs: Mapping[str, Any] = field(default_factory=dict)
    """The arguments of ``as_view()``, including those of DRF's ``@action``."""

    @property
    def view(self) -> str:
        """The dotted path of the view."""
        view: Any = self.view_class or innermost(self.callback)
        named = view if hasattr(view, "__qualname__") else type(view)
        # DRF's ``api_view`` changes ``__name__``, but not ``__qualname__``.
        is_renamed = not named.__qualname__.endswith(named.__name__)
        return f"{named.__module__}.{named.__name__ if is_renamed else named.__qualname__}"

    def get(self, attribute: str, default: Any = None) -> Any:
        """Return an attribute as instances of the view have it, or ``default``."""
        if attribute in self.initkwargs:
            return self.initkwargs[attribute]
        if not self.is_computed(attribute):
            return getattr(self.view_class, attribute, default)
        try:
            return getattr(self.make_view(), attribute, default)
        except Exception:  # The property needs a request.
            return default

    def make_view(self) -> Any:
        """Return an instance of the view class, as ``as_view()`` creates it."""
        view: Any = self.view_class
        return view(**self.initkwargs)

    def is_computed(self, attribute: str) -> bool:
        """Return whether ``attribute`` is a property, which may depend on the request."""
        value = getattr(self.view_class, attribute, None)
        is_property = isinstance(value, property | cached_property)
        return is_property and attribute not in self.initkwargs

    def iterate_results(self, name: str) -> Iterator[Any]:
        """Yield the results of a method or a property for each action or HTTP method.

        Calls that fail, such as those that need more of a request, are skipped.
        """
        names = getattr(self.view_class, "http_method_names", ())
        actions = getattr(self.callback, "actions", None)
        if not isinstance(actions, dict):  # Not a view of a view set.
            actions = dict.fromkeys(names)
        for http_method, action in actions.items():
            if hasattr(self.view_class, action or http_method):
                with suppress(Exception):
                    view = self.make_view()
                    view.action, view.request = action, HttpRequest()
                    view.request.method = http_method.upper()
                    value = getattr(view, name)
                    yield value() if isroutine(value) else value


def iterate_routes() -> Iterator[Route]:
    """Yield the routes of all URL configurations that settings name.

    A callback that wraps several view classes yields a route for each. Modules that cannot be
    imported are skipped, because Django's own check reports them.
    """
    for urlconf in _urlconfs():
        with suppress(Exception):
            yield from _walk(get_resolver(urlconf), "")


def iterate_wrapped(callback: Callback) -> Iterator[Any]:
    """Yield ``callback`` and the callables it wraps, such as decorated functions."""
    pending, seen = [callback], {id(callback)}
    while pending and len(seen) <= MAX_WRAPPERS:
        current = pending.pop(0)
        yield current
        if _view_class(current) is None:
            inner = [each for each in _wrapped(current) if id(each) not in seen]
            seen.update(map(id, inner))
            pending += inner


def innermost(callback: Any) -> Any:
    """Return the function inside partials and ``functools.wraps`` decorators."""
    while isinstance(callback, partial) or hasattr(callback, "__wrapped__"):
        callback = callback.func if isinstance(callback, partial) else callback.__wrapped__
    return callback


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    patterns: list[Any] = []
    with suppress(Exception):
        patterns = list(resolver.url_patterns)
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield from _routes(pattern, prefix + str(pattern.pattern))


def _routes(pattern: URLPattern, path: str) -> Iterator[Route]:
    readable_path, name = _without_anchors(path), pattern.name or ""
    has_class = False
    for each in iterate_wrapped(pattern.callback):
        view_class = _view_class(each)
        if view_class is not None:
            has_class = True
            yield Route(readable_path, name, pattern.callback, view_class, _initkwargs(each))
    if not has_class:
        yield Route(readable_path, name, pattern.callback)


def _without_anchors(path: str) -> str:
    """Return ``path`` without the anchors of regular expressions."""
    return "/" + re.sub(r"(?<!\\)(\^|\$|\\Z|\\z)", "", path).lstrip("/")


def _view_class(view: Any) -> type[Any] | None:
    # DRF sets ``cls`` on the view function, Django sets ``view_class``.
    found = getattr(view, "cls", None) or getattr(view, "view_class", None)
    return found if isinstance(found, type) and not isinstance(view, type) else None


def _initkwargs(view: Any) -> Mapping[str, Any]:
    return getattr(view, "initkwargs", None) or getattr(view, "view_initkwargs", None) or {}


def _wrapped(view: Any) -> list[Any]:
    """Return the callables that ``view`` refers to, except classes."""
    referred = [getattr(view, name, None) for name in ("__wrapped__", "func", "__func__")]
    if isinstance(view, FunctionType):
        for cell in view.__closure__ or ():
            with suppress(ValueError):  # The cell is empty.
                content = cell.cell_contents
                referred += content if isinstance(content, tuple | list) else [content]
    else:
        referred += getattr(view, "__dict__", {}).values()
    return [each for each in referred if callable(each) and not isinstance(each, type)]


def _urlconfs() -> Iterator[Any]:
    """Yield the URL configurations that settings name, ``ROOT_URLCONF`` first."""
    root = getattr(settings, "ROOT_URLCONF", None)
    if root is not None and not isinstance(root, str):
        yield root  # Tests may set the module itself.
    # django-tenants, django-subdomains and others: PUBLIC_SCHEMA_URLCONF, SUBDOMAIN_URLCONFS.
    values = [root, *(getattr(settings, name) for name in dir(settings) if "URLCONF" in name)]
    # https://django-tenants.readthedocs.io/en/latest/use.html#multi-types-tenants
    values += [getattr(settings, "TENANT_TYPES", None)]
    found = [urlconf for value in values for urlconf in _strings(value)]
    yield from dict.fromkeys([*found, *_django_hosts_urlconfs()])


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        # An entry of TENANT_TYPES has APPS and URLCONF.
        values = [value["URLCONF"]] if "URLCONF" in value else list(value.values())
        for each in values:
            yield from _strings(each)


def _django_hosts_urlconfs() -> Iterator[str]:
    """Yield the URL configurations of django-hosts."""
    hostconf = getattr(settings, "ROOT_HOSTCONF", None)
    with suppress(Exception):
        patterns = import_module(hostconf).host_patterns if hostconf else ()
        yield from [str(host.urlconf) for host in patterns]
