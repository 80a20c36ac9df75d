"""JWK Sets of trusted issuers (RFC 7517): fetching, caching and key selection."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping, Sequence
from functools import cache, partial
from typing import Any

import jwt
from django.core.signals import setting_changed

from token_revocation._checks.trusted_issuers import KEY_TYPES
from token_revocation.standards._remote_document import fetch
from token_revocation.standards._remote_value import CachedValue, RemoteValue

FRESH_SECONDS = 300.0
"""Age at which a key set is fetched again."""

USABLE_SECONDS = 900.0
"""Age up to which a key set is used if it cannot be fetched again."""

RETRY_SECONDS = 30.0
"""Pause between fetches after a failure, or after a ``kid`` that is not in the key set."""

MAX_BYTES = 256 * 1024
"""Maximum size of a key set in transit, enough for hundreds of keys."""

MIN_RSA_BITS = 2048
"""Minimum length of RSA keys (RFC 7518, section 3.3)."""

Key = Mapping[str, Any]


def fetch_keys(uri: str, kid: str | None) -> Sequence[Key]:
    """Return the keys at ``uri``, fetched again if none of them has the id ``kid``.

    Raises:
        RevocationUnavailable: The keys could not be fetched.
    """
    key_set = _key_set(uri)
    keys = key_set.get()
    if kid is None or any(key.get("kid") == kid for key in keys):
        return keys
    return key_set.get_newer(RETRY_SECONDS)


def find_key(keys: Sequence[Key], *, algorithm: str, kid: str | None) -> jwt.PyJWK | None:
    """Return the key for ``algorithm`` with that id, or the only one without ``kid``."""
    found = [key for key in keys if kid is None or key.get("kid") == kid]
    found = [key for key in found if _is_usable_for(key, algorithm)]
    if len(found) != 1:
        return None
    try:
        key = jwt.PyJWK(dict(found[0]), algorithm)
    except (jwt.PyJWTError, ArithmeticError, TypeError, ValueError):
        return None
    return key if getattr(key.key, "key_size", MIN_RSA_BITS) >= _min_bits(algorithm) else None


def parse_key_set(document: object) -> Sequence[Key] | None:
    """Return the keys of a JWK Set (RFC 7517, section 5); ``None`` if it is not one."""
    keys = document.get("keys") if isinstance(document, Mapping) else None
    if not isinstance(keys, list | tuple):
        return None
    return [key for key in keys if isinstance(key, Mapping)]


def _is_usable_for(key: Key, algorithm: str) -> bool:
    """Return whether type and use of ``key`` allow ``algorithm`` (RFC 7517, 4)."""
    kty, curves = KEY_TYPES[algorithm]
    operations = key.get("key_ops", ["verify"])
    return (
        key.get("kty") == kty
        and (not curves or key.get("crv") in curves)
        and key.get("alg", algorithm) == algorithm
        and key.get("use", "sig") == "sig"
        and isinstance(operations, Collection)
        and "verify" in operations
    )


def _min_bits(algorithm: str) -> int:
    return MIN_RSA_BITS if KEY_TYPES[algorithm][0] == "RSA" else 0


@cache
def _key_set(uri: str) -> RemoteValue[Sequence[Key]]:
    return RemoteValue("The key set", partial(_load, uri), retry_seconds=RETRY_SECONDS)


def _load(uri: str, previous: Sequence[Key] | None) -> CachedValue[Sequence[Key]]:
    requested_at = time.monotonic()
    body = fetch(uri, accept="application/jwk-set+json, application/json", max_bytes=MAX_BYTES)
    keys = parse_key_set(_parse_json(body))
    if keys is None and previous is not None:
        raise ValueError("The document is not a key set.")
    return CachedValue(keys or (), requested_at + FRESH_SECONDS, requested_at + USABLE_SECONDS)


def _parse_json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _clear_cache(*, setting: str, **kwargs: Any) -> None:
    if setting == "TOKEN_REVOCATION":
        _key_set.cache_clear()


setting_changed.connect(_clear_cache)
