"""URLs of every endpoint of the package, authenticated by the class of any kind of token."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.urls import URLPattern, include, path
from django.utils.module_loading import import_string

from tests.matrix.kinds import KINDS
from tests.urls import ProtectedView

MODULES = {
    "urls": "rest_framework",
    "standards.rfc7662": "rest_framework",
    "standards.rfc8414": "rest_framework",
    "standards.event_feed.urls": "jwt",
    "standards.rfc9701": "jwt",
    "standards.jwks": "jwt",
    "standards.backchannel_logout": "jwt",
    "standards.event_receiver": "jwt",
    "standards.global_token_revocation": "jwt",
    "standards.status_list.urls": "jwt",
    "contrib.simplejwt.urls": "rest_framework_simplejwt",
    "contrib.knox.urls": "knox",
    "standards.status_list.token_urls": "rest_framework_simplejwt",
    "contrib.oauth2_provider.urls": "oauth2_provider",
    "standards.rfc7009": "oauth2_provider",
}
"""The URL modules that a project can include, each with the package that it requires."""

INCLUDED = [f"token_revocation.{name}" for name, package in MODULES.items() if find_spec(package)]

EXAMPLES = {
    "uuid": "00000000-0000-0000-0000-000000000000",
    "str": "1",
    "slug": "a",
    "int": "1",
    "path": "a",
}


def patterns_of(module: str) -> list[URLPattern]:
    return import_module(module).urlpatterns


def example_path(pattern: Any) -> str:
    """Return a path that ``pattern`` matches."""
    route = str(pattern.pattern)
    return (
        re.sub(r"<(?:(\w+):)?\w+>", lambda found: EXAMPLES[found[1] or "str"], route.strip("^$"))
        .replace("/?", "/")
        .replace("\\", "")
    )


def urlconf(kind: str, prefix: str = "") -> ModuleType:
    """Make a URLconf of all endpoints, authenticated by the class of ``kind``.

    ``prefix`` is a route, and may have converters.
    """
    module = ModuleType(f"urls_of_{kind}")
    authentication = import_string(KINDS[kind].authentication)
    module.urlpatterns = [
        path(f"{prefix}{number}/", include_authenticated(name, authentication))
        for number, name in enumerate(INCLUDED)
    ]
    protected = ProtectedView.as_view(authentication_classes=[authentication])
    module.urlpatterns.append(path(f"{prefix}protected/", protected))
    return module


def include_authenticated(name: str, authentication: type) -> Any:
    """Include the URLs of a module, with ``authentication`` as the only class of its views."""
    found = [_authenticated(pattern, authentication) for pattern in patterns_of(name)]
    app_name = getattr(import_module(name), "app_name", None)
    return include((found, app_name)) if app_name else include(found)


def endpoint_paths(prefix: str = "") -> list[tuple[str, str]]:
    """Return the path and the name of each endpoint."""
    return [
        (f"/{prefix}{number}/{example_path(pattern)}", f"{module}:{pattern.name}")
        for number, module in enumerate(INCLUDED)
        for pattern in patterns_of(module)
    ]


def _authenticated(pattern: URLPattern, authentication: type) -> URLPattern:
    view = getattr(pattern.callback, "cls", None)
    if (
        view is None
        or len(view.authentication_classes) == 0
        or "Issuer" in repr(view.authentication_classes)
    ):
        return pattern
    kwargs = {**pattern.callback.initkwargs, "authentication_classes": [authentication]}
    return URLPattern(pattern.pattern, view.as_view(**kwargs), pattern.default_args, pattern.name)
