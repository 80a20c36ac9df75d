"""Checks of the names and values in the setting ``TOKEN_REVOCATION``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from difflib import get_close_matches
from http.cookies import CookieError
from typing import Any

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error
from django.http import HttpResponse
from django.utils.module_loading import import_string

from token_revocation.adapters import TokenAdapter
from token_revocation.conf import ACCOUNT_EVENTS, NAMES, Settings, settings
from token_revocation.stores import RevocationStore

MAX_DURATION = timedelta(days=36_500)
MAX_PURGED_ROWS = 10_000


def check_names() -> Iterator[CheckMessage]:
    """Report names that are not settings."""
    for name in getattr(django_settings, "TOKEN_REVOCATION", {}):
        if name not in NAMES:
            matches = " or ".join(map(repr, get_close_matches(str(name), NAMES)))
            suggestion = f"Did you mean {matches}? " if matches else ""
            yield Error(
                f"TOKEN_REVOCATION has no setting {name!r}.",
                hint=f"{suggestion}Valid names are {', '.join(sorted(NAMES))}.",
                id="token_revocation.E001",
            )


def check_paths() -> Iterator[CheckMessage]:
    """Report dotted paths that cannot be imported, or that name the wrong class."""
    paths: list[tuple[str, str, type]] = [("STORE", settings.STORE, RevocationStore)]
    paths += [("ADAPTERS", path, TokenAdapter) for path in settings.ADAPTERS]
    for name, path, base in paths:
        problem = _problem(path, base)
        if problem:
            yield Error(
                f"TOKEN_REVOCATION['{name}']: {problem}",
                hint=f"Set the dotted path of a subclass of {base.__module__}.{base.__name__}.",
                id="token_revocation.E002",
            )


def check_durations() -> Iterator[CheckMessage]:
    """Report durations that are not a ``timedelta``, or out of range."""
    minimums = {
        "AUTHTOKEN_TTL": timedelta(microseconds=1),
        "PURGE_GRACE_PERIOD": timedelta(0),
        "REFRESH_GRACE_PERIOD": timedelta(0),
        "AUTHENTICATION_CACHE_TTL": timedelta(microseconds=1),
        "SESSION_LIFETIME": timedelta(microseconds=1),
        "SESSION_IDLE_TIMEOUT": timedelta(microseconds=1),
        "SESSION_REVOKE_MAX_AGE": timedelta(microseconds=1),
        "SESSION_RETENTION": timedelta(0),
    }
    for name, minimum in minimums.items():
        value = getattr(settings, name)
        if value is None and getattr(Settings, name) is None:
            continue
        if not isinstance(value, timedelta) or not minimum <= value <= MAX_DURATION:
            yield Error(
                f"TOKEN_REVOCATION['{name}'] is {value!r}, which is not a valid duration.",
                hint=f"Set a datetime.timedelta from {minimum} to {MAX_DURATION.days} days.",
                id="token_revocation.E004",
            )


def check_events() -> Iterator[CheckMessage]:
    """Report unknown events in ``REVOKE_ON``."""
    for event in settings.REVOKE_ON:
        if event not in ACCOUNT_EVENTS:
            yield Error(
                f"TOKEN_REVOCATION['REVOKE_ON'] has the unknown event {event!r}.",
                hint=f"Valid events are {', '.join(ACCOUNT_EVENTS)}.",
                id="token_revocation.E007",
            )


def check_login_rules() -> Iterator[CheckMessage]:
    """Report login rules that cannot be imported or called."""
    for path in settings.LOGIN_RULES:
        try:
            problem = "" if callable(import_string(path)) else f"{path} is not a function."
        except (AttributeError, ImportError) as error:
            problem = str(error)
        if problem:
            yield Error(
                f"TOKEN_REVOCATION['LOGIN_RULES']: {problem}",
                hint="Set the dotted path of a function that takes a request and a user.",
                id="token_revocation.E076",
            )


def check_purge_size() -> Iterator[CheckMessage]:
    """Report a wrong number of rows in ``PURGE_ON_REVOKE``."""
    number: Any = settings.PURGE_ON_REVOKE
    if not isinstance(number, int) or not 0 <= number <= MAX_PURGED_ROWS:
        yield Error(
            f"TOKEN_REVOCATION['PURGE_ON_REVOKE'] is {number!r}, which is not a valid number.",
            hint=f"Set an integer from 0 to {MAX_PURGED_ROWS}. With 0, rows are only purged by "
            "the command purge_revoked_tokens.",
            id="token_revocation.E008",
        )


def check_cookies() -> Iterator[CheckMessage]:
    """Report attributes of token cookies that cannot be set, and so not cleared."""
    for name, attributes in settings.TOKEN_COOKIES.items():
        try:
            HttpResponse().set_cookie(name, **attributes)
        except (AttributeError, CookieError, TypeError, ValueError) as error:
            yield Error(
                f"TOKEN_REVOCATION['TOKEN_COOKIES'][{name!r}]: {error}",
                hint="Set only arguments of HttpResponse.set_cookie(), such as path.",
                id="token_revocation.E020",
            )


def _problem(path: str, base: type) -> str:
    try:
        found = import_string(path)
    except ImportError as error:
        return str(error)
    is_subclass = isinstance(found, type) and issubclass(found, base)
    return "" if is_subclass else f"{path} is not a {base.__name__}."
