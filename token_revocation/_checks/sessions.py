"""Checks of the settings of sessions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import router

from token_revocation.conf import SESSION_LIMIT_ACTIONS, SESSION_METADATA_NAMES, settings
from token_revocation.models import RevokedToken

APP = "token_revocation.sessions"
NEEDED_BY = ("SESSION_IDLE_TIMEOUT", "MAX_SESSIONS")


def check_session_app() -> Iterator[CheckMessage]:
    """Report limits that nothing enforces, because the app is not installed."""
    used = [name for name in NEEDED_BY if getattr(settings, name) is not None]
    if used and not apps.is_installed(APP):
        yield Error(
            f"TOKEN_REVOCATION['{used[0]}'] is set, but {APP} is not in INSTALLED_APPS.",
            hint=f"Add {APP!r} to INSTALLED_APPS, and run migrate.",
            id="token_revocation.E060",
        )


def check_session_limit() -> Iterator[CheckMessage]:
    """Report a wrong number of sessions, or an unknown action above it."""
    number: Any = settings.MAX_SESSIONS
    if number is not None and not _is_integer(number, minimum=1):
        yield Error(
            f"TOKEN_REVOCATION['MAX_SESSIONS'] is {number!r}, which is not a positive integer.",
            hint="Set an integer of 1 or more, or None for no limit.",
            id="token_revocation.E061",
        )
    action: Any = settings.MAX_SESSIONS_ACTION
    if action not in SESSION_LIMIT_ACTIONS:
        yield Error(
            f"TOKEN_REVOCATION['MAX_SESSIONS_ACTION'] is {action!r}, which is not an action.",
            hint=f"Valid actions are {', '.join(SESSION_LIMIT_ACTIONS)}.",
            id="token_revocation.E062",
        )


def check_session_metadata() -> Iterator[CheckMessage]:
    """Report unknown metadata, and a wrong number of proxies."""
    names: Any = settings.SESSION_METADATA
    unknown = [name for name in names if name not in SESSION_METADATA_NAMES]
    if isinstance(names, str) or unknown:
        yield Error(
            f"TOKEN_REVOCATION['SESSION_METADATA'] is {names!r}.",
            hint=f"Set a list of the names {', '.join(SESSION_METADATA_NAMES)}, or an empty one.",
            id="token_revocation.E063",
        )
    count: Any = settings.SESSION_PROXY_COUNT
    if not _is_integer(count, minimum=0):
        yield Error(
            f"TOKEN_REVOCATION['SESSION_PROXY_COUNT'] is {count!r}, which is not a valid number.",
            hint="Set the number of reverse proxies in front of this service, or 0.",
            id="token_revocation.E064",
        )


def check_session_database() -> Iterator[CheckMessage]:
    """Report sessions in another database than revocations."""
    if not apps.is_installed(APP):
        return
    sessions, revocations = apps.get_model("token_sessions.TokenSession"), RevokedToken
    if router.db_for_write(sessions) != router.db_for_write(revocations):
        yield Error(
            "DATABASE_ROUTERS puts TokenSession and RevokedToken in different databases.",
            hint="Route the app label token_sessions as token_revocation. Both are written in one "
            "transaction.",
            id="token_revocation.E065",
        )


def _is_integer(value: object, *, minimum: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= minimum
