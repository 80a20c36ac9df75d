"""The tenant of the current thread, which separates cached results."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from inspect import getsource
from operator import itemgetter
from typing import Any

from django.conf import settings as django_settings
from django.db import connections
from django.utils.module_loading import import_string

from token_revocation.conf import settings

logger = logging.getLogger("token_revocation")

Scope = tuple[str, str]
"""The alias of a database, and the name of a tenant in it; ``""`` where there is only one."""

SCHEMA_CHANGED = "_token_revocation_schema_changed"
"""Attribute of a connection whose schema or database was changed by a statement."""

SWITCH_METHODS = ("set_schema", "set_tenant")
"""Methods of database backends with a schema per tenant, such as django-tenants."""

SWITCH_STATEMENT = re.compile(
    r"\s*(?:USE\s|SET\s+(?:SESSION\s+|LOCAL\s+)?(?:SCHEMA|SEARCH_PATH)\b)", re.IGNORECASE
)
"""Statements that change the schema (PostgreSQL) or the database (MySQL, MariaDB)."""

SWITCHING_CODE = re.compile(r"search_path|connection\.set_(?:schema|tenant)\(", re.IGNORECASE)

REDIRECTING_CODE = re.compile(r"settings_dict(?:\[[^\]]*\])?\s*=[^=]|settings_dict\.update\(")
"""Code that connects an alias to another database."""

_location = itemgetter("NAME", "HOST", "PORT")
"""Returns the location of a database from its settings."""

_changed_aliases: set[str] = set()
"""Aliases with a connection whose schema was changed in this process."""

_locations: dict[str, tuple[Any, ...]] = {}
"""The location of the first connection of each alias; ``()`` if a later one differs."""


def current_scope(using: str) -> Scope | None:
    """Return the scope of cached results of the database ``using`` in this thread.

    ``None`` if results must not be cached: ``TENANT`` returns no tenant, or it is not set and the
    schema of the connection changes. It is also ``None`` if the alias leads to changing databases,
    as background threads have their own connections.
    """
    location = _location(connections.settings[using])
    if _locations.get(using) != location and not _is_first_location(using, location):
        return None
    path = settings.TENANT
    if path:
        name = _call(path)
        return None if name is None else (using, str(name))
    if has_schemas(using) or (
        using in _changed_aliases and hasattr(connections[using], SCHEMA_CHANGED)
    ):
        return None
    return using, ""


def is_thread_independent() -> bool:
    """Return whether all threads of a request have the same tenant and the same database.

    A view in an event loop has other connections and thread-local variables than the thread of the
    ORM, so ``TENANT``, a router, or the schema of the connection may name another tenant there.
    """
    return not (settings.TENANT or django_settings.DATABASE_ROUTERS or _changed_aliases)


def _is_first_location(using: str, location: tuple[Any, ...]) -> bool:
    """Return whether ``location`` is the first of ``using``; log and store a change."""
    if _locations.setdefault(using, location) == location:
        return True
    if _locations[using]:
        logger.error(
            "The alias %r connects to changing databases, so nothing is cached for it.", using
        )
        _locations[using] = ()
    return False


@cache
def has_schemas(using: str) -> bool:
    """Return whether the backend of ``using`` has a schema per tenant."""
    backend: Any = type(connections[using])
    if any(hasattr(backend, name) for name in SWITCH_METHODS):
        return True
    return not backend.__module__.startswith("django.") and switches_schemas(backend.__module__)


def switches_schemas(module: str) -> bool:
    """Return whether the source of ``module`` changes the schema of a connection."""
    return bool(SWITCHING_CODE.search(_source(module)))


def redirects_aliases(module: str) -> bool:
    """Return whether the source of ``module`` connects an alias to another database."""
    return bool(REDIRECTING_CODE.search(_source(module)))


def watch_schema(*, connection: Any, **kwargs: Any) -> None:
    """Detect changes of the schema or database of a new ``connection``.

    They are made by its settings, or by later statements.
    """
    alias = connection.alias
    if alias in _locations and connections[alias] is connection:
        _is_first_location(alias, _location(connection.settings_dict))
    wrappers = connection.execute_wrappers
    if connection.vendor != "sqlite" and _detect_switch not in wrappers:
        wrappers.insert(0, _detect_switch)  # ``execute_wrapper()`` removes the last one.


def _detect_switch(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
) -> Any:
    text = sql if isinstance(sql, str) else repr(sql)  # A ``Composable`` of psycopg.
    if "search_path" in text or SWITCH_STATEMENT.match(text) or _sets_path(text, params):
        _mark_changed(context["connection"])
    return execute(sql, params, many, context)


def _source(module: str) -> str:
    try:
        return getsource(import_module(module))
    except (ImportError, OSError, TypeError):  # Compiled, or created at run time.
        return ""


def _sets_path(text: str, params: Any) -> bool:
    return "set_config" in text and "search_path" in str(params)


def _mark_changed(connection: Any) -> None:
    if not settings.TENANT and connection.alias not in _changed_aliases:
        logger.error(
            "The schema of the database %r changes and TOKEN_REVOCATION['TENANT'] is not set, so "
            "nothing is cached for it.",
            connection.alias,
        )
    setattr(connection, SCHEMA_CHANGED, True)
    _changed_aliases.add(connection.alias)


def _call(path: str) -> Any:
    try:
        return _imported(path)()
    except Exception:
        logger.exception("TOKEN_REVOCATION['TENANT'] failed; the database is queried instead.")
        return None


@cache
def _imported(path: str) -> Callable[[], Any]:
    hook: Callable[[], Any] = import_string(path)
    return hook
