"""System check of the middleware."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from token_revocation.contrib.sessions.middleware import RevocationMiddleware

PATH = "token_revocation.contrib.sessions.RevocationMiddleware"


def check_middleware() -> Iterator[CheckMessage]:
    """Report a project whose pages accept revoked sessions."""
    middleware = [_import(path) for path in settings.MIDDLEWARE]
    ours = _find(middleware, RevocationMiddleware)
    authentication = _find(middleware, AuthenticationMiddleware)
    if ours is None and authentication is not None:
        yield Error(
            f"{PATH} is missing in MIDDLEWARE, so views accept revoked browser sessions.",
            hint="Add it after django.contrib.auth.middleware.AuthenticationMiddleware.",
            id="token_revocation.E055",
        )
    elif ours is not None and (authentication is None or ours < authentication):
        yield Error(
            f"{PATH} in MIDDLEWARE does not follow AuthenticationMiddleware, so it has no user to "
            "check.",
            hint="Move it after django.contrib.auth.middleware.AuthenticationMiddleware.",
            id="token_revocation.E056",
        )


def _import(path: str) -> Any:
    with suppress(ImportError):  # Django reports it when it starts.
        return import_string(path)


def _find(middleware: list[Any], base: type[Any]) -> int | None:
    """Return the position of the first subclass of ``base``."""
    found = (isinstance(each, type) and issubclass(each, base) for each in middleware)
    return next((index for index, is_found in enumerate(found) if is_found), None)
