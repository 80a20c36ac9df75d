"""Mistakes in the dictionary ``TOKEN_REVOCATION``, each a small function."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http.cookies import CookieError
from typing import Any

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error
from django.http import HttpResponse
from django.utils.module_loading import import_string

from token_revocation.adapters import TokenAdapter
from token_revocation.conf import ACCOUNT_EVENTS, NAMES, Settings, settings
from token_revocation.stores import RevocationStore


def check_names() -> Iterator[CheckMessage]:
    """A name that is not a setting."""
    for name in getattr(django_settings, "TOKEN_REVOCATION", {}):
        if name not in NAMES:
            yield Error(
                f"TOKEN_REVOCATION has no setting {name!r}.",
                hint=f"The settings are {', '.join(sorted(NAMES))}.",
                id="token_revocation.E001",
            )


def check_paths() -> Iterator[CheckMessage]:
    """A path that leads nowhere, or to something else."""
    wanted: list[tuple[str, str, type]] = [("STORE", settings.STORE, RevocationStore)]
    wanted += [("ADAPTERS", path, TokenAdapter) for path in settings.ADAPTERS]
    for name, path, base in wanted:
        problem = _problem(path, base)
        if problem:
            yield Error(
                f"{name} of TOKEN_REVOCATION: {problem}",
                hint=f"Give the dotted path of a subclass of {base.__module__}.{base.__name__}.",
                id="token_revocation.E002",
            )


def check_durations() -> Iterator[CheckMessage]:
    """A lifetime that is no duration, or one that would end before it begins."""
    least = {
        "AUTHTOKEN_TTL": timedelta(microseconds=1),
        "PURGE_GRACE": timedelta(0),
        "REFRESH_GRACE": timedelta(0),
        "REMEMBER": timedelta(microseconds=1),
    }
    for name, minimum in least.items():
        value = getattr(settings, name)
        if value is None and getattr(Settings, name) is None:
            continue
        if not isinstance(value, timedelta) or value < minimum:
            yield Error(
                f"{name} of TOKEN_REVOCATION is {value!r}, which is no duration for it.",
                hint="Give a datetime.timedelta that is not negative.",
                id="token_revocation.E004",
            )


def check_events() -> Iterator[CheckMessage]:
    """An event that never happens."""
    for word in settings.REVOKE_ON:
        if word not in ACCOUNT_EVENTS:
            yield Error(
                f"REVOKE_ON of TOKEN_REVOCATION has {word!r}, which is no event.",
                hint=f"The events are {', '.join(ACCOUNT_EVENTS)}.",
                id="token_revocation.E007",
            )


def check_purging() -> Iterator[CheckMessage]:
    """A number of rows that is none."""
    number: Any = settings.PURGE_ON_REVOKE
    if not isinstance(number, int) or number < 0:
        yield Error(
            f"PURGE_ON_REVOKE of TOKEN_REVOCATION is {number!r}.",
            hint="Give a whole number of rows, or 0 to leave it to purge_revoked_tokens.",
            id="token_revocation.E008",
        )


def check_cookies() -> Iterator[CheckMessage]:
    """Cookies that nobody can set, so that nobody can clear them either."""
    for name, attributes in settings.TOKEN_COOKIES.items():
        try:
            HttpResponse().set_cookie(name, **attributes)
        except (AttributeError, CookieError, TypeError, ValueError) as error:
            yield Error(
                f"TOKEN_COOKIES of TOKEN_REVOCATION, {name!r}: {error}",
                hint="Give the attributes that set_cookie() of a response takes, like path.",
                id="token_revocation.E020",
            )


def _problem(path: str, base: type) -> str:
    try:
        found = import_string(path)
    except ImportError as error:
        return str(error)
    is_one = isinstance(found, type) and issubclass(found, base)
    return "" if is_one else f"{path} is not a {base.__name__}."
