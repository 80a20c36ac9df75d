"""The settings of simplejwt, as they are now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from rest_framework_simplejwt import settings as simplejwt
from rest_framework_simplejwt import state

LIFETIMES = ("ACCESS_TOKEN_LIFETIME", "REFRESH_TOKEN_LIFETIME", "SLIDING_TOKEN_LIFETIME")


def setting(name: str) -> Any:
    """A setting of ``SIMPLE_JWT``: simplejwt makes a new object of all of them on a reload."""
    return getattr(simplejwt.api_settings, name)


class LiveSetting:
    """A class attribute that is a setting, by default of simplejwt, read when somebody asks for it."""

    def __init__(self, name: str, read: Callable[[str], Any] = setting) -> None:
        self.name, self.read = name, read

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        return self.read(self.name)


def leeway() -> timedelta:
    """How long past its expiry simplejwt accepts a token."""
    return state.token_backend.get_leeway()


def longest_lifetime() -> timedelta:
    """The longest that any token can live which simplejwt issues or accepts.

    A sliding token can be refreshed at the very end of the time for that.
    """
    lifetimes: list[timedelta] = [setting(name) for name in LIFETIMES]
    lifetimes += [token_class.lifetime for token_class in setting("AUTH_TOKEN_CLASSES")]
    lifetimes += [setting("SLIDING_TOKEN_REFRESH_LIFETIME") + setting("SLIDING_TOKEN_LIFETIME")]
    return max(lifetimes)
