"""What the verification of a JWT depends on: settings, keys and classes of simplejwt."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from rest_framework_simplejwt import state
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.tokens import (  # type: ignore[attr-defined]
    Token,
    api_settings,
)

VERIFYING_METHODS = (
    "__init__",
    "__new__",
    "check_exp",
    "get_token_backend",
    "token_backend",
    "verify",
    "verify_token_type",
)

DEFAULT_METHODS = {name: getattr(Token, name) for name in VERIFYING_METHODS}
"""What verifies a token. A class with a method of its own may reject it later for other reasons."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Configuration:
    """A configuration of simplejwt, which is replaced when a setting or a key changes."""

    token_classes: frozenset[Any]
    """The token classes whose verification depends on nothing else."""
    values: tuple[Any, ...]


_current = Configuration(token_classes=frozenset(), values=())


def get_configuration() -> Configuration | None:
    """Return the configuration, the same object until it changes.

    ``None`` if the next verification may have another result: simplejwt then fetches keys, or a
    class of the project reads them.
    """
    global _current
    classes = api_settings.AUTH_TOKEN_CLASSES
    backends = [_get_backend(token_class) for token_class in classes]
    keys = [*filter(None, map(_get_keys, backends))]
    if len(keys) < len(backends):
        return None
    values = (api_settings.JTI_CLAIM, api_settings.TOKEN_TYPE_CLAIM, [*classes], backends, keys)
    configuration = _current
    if configuration.values != values:
        configuration = _current = Configuration(
            token_classes=frozenset(takewhile(_has_default_methods, classes)),
            values=(*values[:-1], [(dict(options), key_set) for options, key_set in keys]),
        )
    return configuration


def _get_backend(token_class: Any) -> Any:
    return token_class._token_backend or state.token_backend


def _get_keys(backend: Any) -> tuple[dict[str, Any], Any] | None:
    """Return the attributes of a backend and the fetched key set, or ``None`` if that is old."""
    if type(backend) is not TokenBackend:
        return None
    client = backend.jwks_client
    if client is None:
        return vars(backend), None
    cache = getattr(client, "jwk_set_cache", None)
    fetched = cache.get() if cache else None
    return (vars(backend), fetched) if fetched else None


def _has_default_methods(token_class: Any) -> bool:
    return all(getattr(token_class, name) is each for name, each in DEFAULT_METHODS.items())
