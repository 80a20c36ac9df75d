"""Checks of projects with several tenants whose state must be cached separately."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error
from django.db import connections
from django.utils.module_loading import import_string

from token_revocation._tenants import has_schemas, redirects_aliases, switches_schemas
from token_revocation.conf import settings
from token_revocation.stores import get_store


def check_tenant() -> Iterator[CheckMessage]:
    """Report a ``TENANT`` that cannot be imported or called."""
    problem = _problem(settings.TENANT) if settings.TENANT else ""
    if problem:
        yield Error(
            f"TOKEN_REVOCATION['TENANT']: {problem}",
            hint="Set the dotted path of a function without arguments that returns the tenant.",
            id="token_revocation.E080",
        )


def check_schemas() -> Iterator[CheckMessage]:
    """Report schemas that change with the request while state is cached."""
    if settings.TENANT or not _is_caching():
        return
    for component in _schema_switches():
        yield Error(
            f"{component} switches the schema of a connection, but TOKEN_REVOCATION['TENANT'] is "
            "not set, so the store and AUTHENTICATION_CACHE_TTL cache nothing.",
            hint="Set TENANT, or use the DatabaseStore. See docs/stores.md.",
            id="token_revocation.E081",
        )


def check_redirected_aliases() -> Iterator[CheckMessage]:
    """Report aliases whose database changes with the tenant while state is cached."""
    for component in _components(redirects_aliases) if _is_caching() else ():
        yield Error(
            f"{component} changes the database of an alias, so the store and "
            "AUTHENTICATION_CACHE_TTL cache nothing.",
            hint="Define an alias for each database and select it with a router, or use the "
            "DatabaseStore. See docs/stores.md.",
            id="token_revocation.E082",
        )


def _problem(path: Any) -> str:
    try:
        hook = import_string(path)
    except (AttributeError, ImportError, TypeError) as error:
        return str(error)
    return "" if callable(hook) else f"{path} is not callable."


def _is_caching() -> bool:
    if settings.AUTHENTICATION_CACHE_TTL is not None:
        return True
    try:
        return get_store().staleness_bound != 0
    except (ImportError, TypeError, ValueError):  # Reported as E013.
        return False


def _schema_switches() -> Iterator[str]:
    """Yield the databases, middleware and routers that switch schemas."""
    yield from (f"The database {alias!r}" for alias in connections if has_schemas(alias))
    yield from _components(switches_schemas)


def _components(is_match: Callable[[str], bool]) -> Iterator[str]:
    """Yield the middleware and routers whose module matches, except Django's own."""
    for name in ("MIDDLEWARE", "DATABASE_ROUTERS"):
        for path in getattr(django_settings, name):
            is_checked = isinstance(path, str) and not path.startswith("django.")
            if is_checked and is_match(path.rpartition(".")[0]):
                yield f"{path} in {name}"
