"""Get the list of another issuer: only from where we expect it, and not more than we can hold."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from typing import Any
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from django.core.signals import setting_changed

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.standards.jose import Issuer, Refused, trusted_issuers, verify_by
from token_revocation.standards.status_list import TYPE
from token_revocation.standards.status_list.bits import SIZES, Invalid, expand

TIMEOUT = 5.0
"""Seconds to wait for the server of a list."""

MAX_WIRE = 8 * 2**20
"""Bytes that the answer may have."""

SHORTEST, LONGEST = 5.0, 3600.0
"""Seconds for which a list is kept at least and at most, whatever it says (section 11.5)."""


@dataclass(frozen=True)
class Fetched:
    """A list that is authentic, until when it may be relied on (by the monotonic clock)."""

    packed: bytes
    bits: int
    until: float


@dataclass(frozen=True)
class Failed:
    """A list that could not be had, and until when that is taken for granted."""

    until: float


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """A redirect could lead anywhere (section 11.4): an answer that is one is no list."""


def fetched(uri: str) -> Fetched:
    """The list at ``uri``, fetched again when its time is over.

    Raises :class:`RevocationUnavailable` if it cannot be had, is not authentic or not valid: a
    token whose state nobody can tell is not accepted. For :data:`SHORTEST` seconds nobody asks
    for it again, as each request would wait for a server that is down.
    """
    kept = _kept().get(uri)
    if kept is None or kept.until <= time.monotonic():
        return _fetch(uri, _issuer_of(uri))
    if isinstance(kept, Failed):
        raise RevocationUnavailable
    return kept


def _fetch(uri: str, issuer: Issuer) -> Fetched:
    _drop_outlived()
    try:
        found = _validated(uri, issuer)
    except RevocationUnavailable:
        _kept()[uri] = Failed(time.monotonic() + SHORTEST)
        raise
    _kept()[uri] = found
    return found


def _drop_outlived() -> None:
    """Lists retire, and nobody asks for them again: memory holds what may be relied on."""
    now = time.monotonic()
    for uri, kept in list(_kept().items()):
        if kept.until <= now:
            _kept().pop(uri, None)


def _issuer_of(uri: str) -> Issuer:
    """Who may publish a list there. Section 11.3: not every address is worth a request."""
    for issuer in trusted_issuers().values():
        if any(uri.startswith(prefix) for prefix in issuer.status_lists):
            return issuer
    raise Invalid("No issuer that we trust has its lists there.")


def _validated(uri: str, issuer: Issuer) -> Fetched:
    """Section 8.3, steps 3 to 6."""
    asked_at = time.monotonic()
    try:
        said = verify_by(issuer, _read(uri), types=[TYPE], required=("sub", "iat"))
        if said.claims["sub"] != uri:
            raise Invalid("The list is another.")
        bits, packed = _opened(said.claims.get("status_list"))
    except (Refused, Invalid) as error:
        raise RevocationUnavailable from error
    return Fetched(packed, bits, asked_at + _seconds_to_keep(said.claims))


def _opened(status_list: object) -> tuple[int, bytes]:
    match status_list:
        case {"bits": int(bits), "lst": lst} if bits in SIZES and bits is not True:
            return bits, expand(lst)
    raise Invalid("The claim status_list is malformed.")


def _seconds_to_keep(claims: Mapping[str, Any]) -> float:
    """By ``ttl``, which counts for more than headers of HTTP (section 8.1), and ``exp``."""
    ttl = claims.get("ttl")
    seconds = ttl if isinstance(ttl, int | float) and ttl > 0 else LONGEST
    left = claims["exp"] - time.time() if "exp" in claims else LONGEST
    return min(max(SHORTEST, min(seconds, LONGEST)), left)


def _read(uri: str) -> str:
    request = Request(uri, headers={"Accept": f"application/{TYPE}"})  # noqa: S310 - allow-listed
    try:
        with _opener().open(request, timeout=TIMEOUT) as answer:
            body: bytes = answer.read(MAX_WIRE + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise RevocationUnavailable from error
    if len(body) > MAX_WIRE:
        raise Invalid("The list is too long.")
    return body.decode("latin-1").strip()


@cache
def _opener() -> OpenerDirector:
    return build_opener(_Stay)


@cache
def _kept() -> dict[str, Fetched | Failed]:
    return {}


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting == "TOKEN_REVOCATION":
        _kept.cache_clear()


setting_changed.connect(_forget)
