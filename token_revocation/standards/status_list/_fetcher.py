"""Download, verification and caching of status lists of trusted issuers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.signals import setting_changed

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.standards._remote_document import FetchError, fetch
from token_revocation.standards._remote_value import CachedValue, RemoteValue
from token_revocation.standards.jose import InvalidJWT, Issuer, trusted_issuers, verify_by
from token_revocation.standards.status_list import TYPE
from token_revocation.standards.status_list._bits import (
    BITS_PER_STATUS,
    InvalidStatusList,
    decompress,
)

MAX_RESPONSE_BYTES = 8 * 2**20
"""Maximum size of a status list token in transit."""

MIN_CACHE_SECONDS, MAX_CACHE_SECONDS = 5.0, 3600.0
"""Limits to the time for which a list is cached, whatever its claims say (section 11.5)."""

REFRESH_MARGIN_SECONDS = 5.0
"""A cached list is fetched again that long before its expiry, or at three quarters of its time."""

MAX_TRACKED_LISTS = 10_000
"""Maximum number of lists whose latest ``iat`` a process remembers."""


@dataclass(frozen=True)
class FetchedList:
    """A verified list, and its expiry by the monotonic clock."""

    packed: bytes
    bits: int
    until: float


def fetch_list(uri: str) -> FetchedList:
    """Return the list at ``uri`` from the cache, or fetch it.

    Raises:
        InvalidStatusList: No trusted issuer has lists there.
        RevocationUnavailable: The list could not be fetched or is not valid. The next attempt is
            made after :data:`MIN_CACHE_SECONDS`.
    """
    if uri not in _cached_lists():
        _drop_expired()
        load = partial(_load, uri, _find_issuer(uri))
        _cached_lists().setdefault(
            uri, RemoteValue("A status list", load, retry_seconds=MIN_CACHE_SECONDS)
        )
    return _cached_lists()[uri].get()


def is_under(uri: str, prefix: str) -> bool:
    """Return whether ``uri`` has the origin of ``prefix``, and its path or one below."""
    # Part by part, as https://a.example is a string prefix of https://a.example.evil/.
    try:
        parts, allowed = urlsplit(uri), urlsplit(prefix)
        if (parts.scheme, parts.hostname, parts.port) != (
            allowed.scheme,
            allowed.hostname,
            allowed.port,
        ):
            return False
    except ValueError:  # The port or the host is invalid.
        return False
    below = allowed.path.rstrip("/") + "/"
    return _is_unambiguous(uri) and (parts.path == allowed.path or parts.path.startswith(below))


def _is_unambiguous(uri: str) -> bool:
    """Return whether all URL parsers read ``uri`` alike."""
    # No userinfo, no dot segments, and no double encoding of the path.
    path = unquote(urlsplit(uri).path)
    return (
        uri.isascii()
        and uri.isprintable()
        and not set(uri) & set("\\@# ")
        and not set(path) & set("\\%")
        and not {".", ".."} & set(path.split("/"))
    )


def _drop_expired() -> None:
    now = time.monotonic()
    for uri, cached in list(_cached_lists().items()):
        if cached.is_expired(now):
            _cached_lists().pop(uri, None)


def _find_issuer(uri: str) -> Issuer:
    """Return the issuer whose ``status_lists`` include ``uri`` (section 11.3)."""
    for issuer in trusted_issuers().values():
        if any(is_under(uri, prefix) for prefix in issuer.status_lists):
            return issuer
    raise InvalidStatusList("No trusted issuer has status lists at this URL.")


def _load(uri: str, issuer: Issuer, previous: FetchedList | None) -> CachedValue[FetchedList]:
    """Fetch and verify the list at ``uri`` (section 8.3, steps 3 to 6)."""
    requested_at = time.monotonic()
    try:
        token = verify_by(issuer, _download(uri), types=[TYPE], required=("sub", "iat"))
        if token.claims["sub"] != uri:
            raise InvalidStatusList("The claim sub is not the URL of the list.")
        bits, packed = _decode_list(token.claims.get("status_list"))
        _reject_older(uri, token.claims["iat"])
    except (FetchError, InvalidJWT, InvalidStatusList) as error:
        raise RevocationUnavailable from error
    seconds = _cache_seconds(token.claims)
    until = requested_at + seconds
    return CachedValue(
        FetchedList(packed, bits, until), until - min(REFRESH_MARGIN_SECONDS, seconds / 4), until
    )


def _reject_older(uri: str, issued_at: float) -> None:
    """Raise :class:`InvalidStatusList` for a list that is older than one seen before.

    An old list would make tokens valid again that were revoked since.
    """
    latest = _latest_issue_times()
    if issued_at < latest.get(uri, issued_at):
        raise InvalidStatusList("The list is older than the previous one.")
    latest.pop(uri, None)  # Move it to the end: the entries seen longest ago are dropped first.
    latest[uri] = issued_at
    while len(latest) > MAX_TRACKED_LISTS:
        latest.pop(next(iter(latest)), None)


def _decode_list(status_list: object) -> tuple[int, bytes]:
    match status_list:
        case {"bits": int(bits), "lst": lst} if bits in BITS_PER_STATUS and bits is not True:
            return bits, decompress(lst)
    raise InvalidStatusList("The claim status_list is malformed.")


def _cache_seconds(claims: Mapping[str, Any]) -> float:
    """Return the cache time by ``ttl`` and ``exp``, not HTTP headers (section 8.1)."""
    ttl = claims.get("ttl")
    seconds = ttl if isinstance(ttl, int | float) and ttl > 0 else MAX_CACHE_SECONDS
    left = claims["exp"] - time.time() if "exp" in claims else MAX_CACHE_SECONDS
    return min(max(MIN_CACHE_SECONDS, min(seconds, MAX_CACHE_SECONDS)), left)


def _download(uri: str) -> str:
    return (
        fetch(uri, accept=f"application/{TYPE}", max_bytes=MAX_RESPONSE_BYTES)
        .decode("latin-1")
        .strip()
    )


@cache
def _cached_lists() -> dict[str, RemoteValue[FetchedList]]:
    return {}


@cache
def _latest_issue_times() -> dict[str, float]:
    """Return the ``iat`` of the latest list that was seen at each URL."""
    return {}


def _clear_cache(*, setting: str, **kwargs: Any) -> None:
    if setting == "TOKEN_REVOCATION":
        _cached_lists.cache_clear()
        _latest_issue_times.cache_clear()


setting_changed.connect(_clear_cache)
