"""A client of status lists: draft-ietf-oauth-status-list-20, section 8.3."""

from __future__ import annotations

import base64
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import jwt

from example_project.gateway.issuer import Issuer

MAX_BYTES = 2**24


@dataclass(frozen=True)
class CachedList:
    """A list, its entity tag, and the time until which it is valid."""

    packed: bytes
    tag: str
    until: float


class StatusLists:
    """The lists of one issuer, cached for at most ``cache_seconds`` and their ``ttl``."""

    def __init__(self, issuer: Issuer, cache_seconds: float) -> None:
        self.issuer = issuer
        self.cache_seconds = cache_seconds
        self._cache: dict[str, CachedList] = {}

    def is_revoked(self, claims: Mapping[str, Any]) -> bool:
        """Return whether the bit of the token is set.

        A token without a status counts as revoked.

        Raises :class:`OSError`, and :class:`jwt.PyJWTError`, if the list is unavailable.
        """
        place = claims.get("status", {}).get("status_list", {})
        uri, index = place.get("uri", ""), place.get("idx", -1)
        # Only fetch lists of the issuer.
        if not uri.startswith(f"{self.issuer.origin}/status-lists/"):
            return True
        packed = self._current(uri)
        return not 0 <= index < len(packed) * 8 or bool(packed[index >> 3] >> (index & 7) & 1)

    def _current(self, uri: str) -> bytes:
        cached = self._cache.get(uri)
        if cached is None or cached.until <= time.monotonic():
            cached = self._cache[uri] = self._fetch(uri, cached)
        return cached.packed

    def _fetch(self, uri: str, previous: CachedList | None) -> CachedList:
        now = time.monotonic()
        request = Request(uri, headers={"If-None-Match": previous.tag} if previous else {})  # noqa: S310
        try:
            with urlopen(request, timeout=5) as answer:  # noqa: S310 - of the issuer, see above
                return self._read(answer.read().decode(), uri, answer.headers["ETag"], now)
        except HTTPError as error:
            with error:
                if previous is None or error.code != 304:
                    raise
                return CachedList(previous.packed, previous.tag, now + self.cache_seconds)

    def _read(self, raw: str, uri: str, tag: str, now: float) -> CachedList:
        claims = self.issuer.verify(raw, typ="statuslist+jwt", required=["iat", "sub", "exp"])
        if claims["sub"] != uri or claims["status_list"]["bits"] != 1:
            raise jwt.InvalidTokenError("This is another list.")
        lst = claims["status_list"]["lst"]
        data = base64.urlsafe_b64decode(lst + "=" * (-len(lst) % 4))
        packed = zlib.decompressobj().decompress(data, MAX_BYTES)
        return CachedList(packed, tag, now + min(self.cache_seconds, claims["ttl"]))
