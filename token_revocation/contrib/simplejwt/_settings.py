"""simplejwt's settings, read on each access, and a check of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Warning
from rest_framework_simplejwt import settings as simplejwt
from rest_framework_simplejwt import state

SESSIONS_APP = "token_revocation.sessions"

LIFETIME_SETTINGS = ("ACCESS_TOKEN_LIFETIME", "REFRESH_TOKEN_LIFETIME", "SLIDING_TOKEN_LIFETIME")


def get_setting(name: str) -> Any:
    """Return the setting ``name`` of ``SIMPLE_JWT``."""
    # Not imported by name: a reload of simplejwt's settings replaces the object.
    return getattr(simplejwt.api_settings, name)


class LiveSetting:
    """A class attribute that reads a setting, by default simplejwt's, on each access."""

    def __init__(self, name: str, read: Callable[[str], Any] = get_setting) -> None:
        self.name, self.read = name, read

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        return self.read(self.name)


def get_leeway() -> timedelta:
    """Return how long after its expiry simplejwt accepts a token."""
    return state.token_backend.get_leeway()


def get_longest_lifetime() -> timedelta:
    """Return the longest lifetime of a token that simplejwt issues or accepts."""
    lifetimes: list[timedelta] = [get_setting(name) for name in LIFETIME_SETTINGS]
    lifetimes += [token_class.lifetime for token_class in get_setting("AUTH_TOKEN_CLASSES")]
    # A sliding token can be refreshed just before its refresh period ends.
    lifetimes += [
        get_setting("SLIDING_TOKEN_REFRESH_LIFETIME") + get_setting("SLIDING_TOKEN_LIFETIME")
    ]
    return max(lifetimes)


def get_longest_age() -> timedelta:
    """Return the highest age of an ``iat`` in a token that simplejwt accepts.

    An access token has the ``iat`` of its refresh token.
    """
    access: list[timedelta] = [get_setting("ACCESS_TOKEN_LIFETIME")]
    access += [token_class.lifetime for token_class in get_setting("AUTH_TOKEN_CLASSES")]
    refresh: timedelta = get_setting("REFRESH_TOKEN_LIFETIME")
    return max(get_longest_lifetime(), refresh + max(access))


def check_rotation() -> Iterator[CheckMessage]:
    """Recommend the app of sessions where refresh tokens are rotated."""
    if get_setting("ROTATE_REFRESH_TOKENS") and not apps.is_installed(SESSIONS_APP):
        yield Warning(
            "SIMPLE_JWT['ROTATE_REFRESH_TOKENS'] stores a row for every refresh, until the used "
            "refresh token expires.",
            hint=f"Add '{SESSIONS_APP}' to INSTALLED_APPS, which stores one row for each login.",
            id="token_revocation.W061",
        )
