"""The source of a project's modules, and the objects that its names refer to."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

from django.apps import apps
from django.conf import settings

from token_revocation._checks.entry_points import is_revocable
from token_revocation._checks.urlconf import iterate_routes

TEST_MODULES = re.compile(r"(^|\.)(conftest|tests?|tests?_\w+|\w+_tests?)(\.|$)")

CHECKED_PACKAGES = frozenset(
    {
        "allauth",
        "dj_rest_auth",
        "django",
        "djoser",
        "knox",
        "oauth2_provider",
        "rest_framework",
        "rest_framework_simplejwt",
        "token_revocation",
    }
)
"""Packages whose views and settings other checks cover."""


@dataclass(frozen=True)
class ParsedModule:
    """A module of the project, and the objects that its names refer to."""

    name: str
    tree: ast.Module
    names: Mapping[str, Any]


def parse_project_modules(
    is_candidate: Callable[[ModuleType, str], bool],
) -> Iterator[ParsedModule]:
    """Parse the loaded modules of the project's packages, without tests.

    Args:
        is_candidate: Whether to parse a module with this source, which takes much longer than a
            search in the source.
    """
    for module in _iterate_project_modules():
        source = _get_source(module)
        if is_candidate(module, source):
            tree = ast.parse(source)
            names = {**_get_imported_names(tree), **vars(module)}
            yield ParsedModule(module.__name__, tree, names)


def resolve_name(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """Return the object that a dotted name refers to; ``None`` for other expressions."""
    if isinstance(node, ast.Attribute):
        return getattr(resolve_name(node.value, names), node.attr, None)
    return names.get(node.id) if isinstance(node, ast.Name) else None


def without_revocable_classes(module: ParsedModule) -> ast.Module:
    """Return the tree without the classes whose ``authenticate()`` is always checked."""
    classes = [node for node in module.tree.body if isinstance(node, ast.ClassDef)]
    checked = [node for node in classes if is_revocable(module.names.get(node.name))]
    return ast.Module([node for node in module.tree.body if node not in checked], [])


def _iterate_project_modules() -> Iterator[ModuleType]:
    roots = {path.partition(".")[0] for path in _iterate_paths()}
    for name, module in sorted(sys.modules.items()):
        if not TEST_MODULES.search(name) and name.partition(".")[0] in roots - CHECKED_PACKAGES:
            yield module


def _get_source(module: ModuleType) -> str:
    """Return the source of ``module``, or ``""`` if it has no file in Python."""
    with suppress(OSError, TypeError, SyntaxError):
        return inspect.getsource(module)
    return ""


def _get_imported_names(tree: ast.AST) -> dict[str, Any]:
    """Return the objects that ``tree`` imports, also inside functions.

    Only loaded modules count.
    """
    return {
        alias.asname or alias.name: getattr(sys.modules[str(node.module)], alias.name, None)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module) in sys.modules
        for alias in node.names
    }


def _iterate_paths() -> Iterator[str]:
    """Yield dotted paths in the packages that settings and URLs lead to."""
    yield str(getattr(settings, "ROOT_URLCONF", ""))
    yield from (config.name for config in apps.get_app_configs())
    yield from (route.view for route in iterate_routes())
    # Consumers of Channels are imported by this module only.
    application = getattr(settings, "ASGI_APPLICATION", None) or ""
    for path in (*settings.MIDDLEWARE, *settings.AUTHENTICATION_BACKENDS, application):
        # Django imports them for the first request, not for a command, and reports failures.
        with suppress(Exception):
            yield import_module(path.rpartition(".")[0]).__name__
