"""The routes of a project that the measurement does not cover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.matrix.packages.project import Project


def uncovered_routes(project: Project) -> list[str]:
    """Return the routes that are neither measured nor listed in ``ignored_routes``."""
    from django.urls import get_resolver, resolve

    named = " ".join([*project.logins, *project.entry_points, *project.events])
    paths = re.findall(r"`[A-Z]+ ([^`?]*)", named)
    measured = {_plain(resolve(f"/{path}").route) for path in paths}
    routes = {_plain(route) for route in _routes(get_resolver().url_patterns)}
    own_prefixes = ("admin/", "auth/", "hello/")
    rest = {route for route in routes - measured if not route.startswith(own_prefixes)}
    return sorted(route for route in rest if not any(map(route.startswith, project.ignored_routes)))


def _routes(patterns: Iterable[Any], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


def _plain(route: str) -> str:
    """Strip the regular expression syntax around the path."""
    return re.sub(r"[\^$?\\]|/\?$", "", route)
