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
    values: list[Any]


_current = Configuration(token_classes=frozenset(), values=[])


def get_configuration() -> Configuration | None:
    """Return the configuration, the same object until it changes.

    ``None`` if the next verification may have another result: simplejwt then fetches keys, or a
    class of the project reads them.
    """
    global _current
    values: list[Any] = [api_settings.JTI_CLAIM, api_settings.TOKEN_TYPE_CLAIM]
    for token_class in api_settings.AUTH_TOKEN_CLASSES:
        backend = token_class._token_backend or state.token_backend
        if type(backend) is not TokenBackend:
            return None
        key_set = backend.jwks_client and _get_key_set(backend.jwks_client)
        if key_set is None and backend.jwks_client is not None:
            return None
        values += (token_class, backend, vars(backend), key_set)
    configuration = _current
    if configuration.values != values:
        configuration = _current = Configuration(
            token_classes=frozenset(takewhile(_has_default_methods, values[2::4])),
            values=[dict(each) if type(each) is dict else each for each in values],
        )
    return configuration


def _get_key_set(client: Any) -> Any:
    """Return the fetched key set, or ``None`` if simplejwt would fetch it again."""
    cache = getattr(client, "jwk_set_cache", None)
    return cache.get() if cache else None


def _has_default_methods(token_class: Any) -> bool:
    return all(getattr(token_class, name) is each for name, each in DEFAULT_METHODS.items())
