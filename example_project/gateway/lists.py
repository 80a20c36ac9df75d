"""What the status list says: draft-ietf-oauth-status-list-20, section 8.3."""

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

MOST_BYTES = 2**24


@dataclass(frozen=True)
class Kept:
    """A list, the tag by which we ask whether it has changed, and until when it is good."""

    packed: bytes
    tag: str
    until: float


class StatusLists:
    """The lists of one issuer, each kept for at most ``keep`` seconds, and never beyond its ``ttl``."""

    def __init__(self, issuer: Issuer, keep: float) -> None:
        self.issuer = issuer
        self.keep = keep
        self._kept: dict[str, Kept] = {}

    def is_revoked(self, claims: Mapping[str, Any]) -> bool:
        """Whether the bit of the token is set; a token without one is not accepted either.

        Raises :class:`OSError`, and :class:`jwt.PyJWTError`, if the list cannot be had.
        """
        place = claims.get("status", {}).get("status_list", {})
        uri, index = place.get("uri", ""), place.get("idx", -1)
        # A list is worth a request only where its issuer has its lists.
        if not uri.startswith(f"{self.issuer.origin}/status-lists/"):
            return True
        packed = self._current(uri)
        return not 0 <= index < len(packed) * 8 or bool(packed[index >> 3] >> (index & 7) & 1)

    def _current(self, uri: str) -> bytes:
        kept = self._kept.get(uri)
        if kept is None or kept.until <= time.monotonic():
            kept = self._kept[uri] = self._asked(uri, kept)
        return kept.packed

    def _asked(self, uri: str, before: Kept | None) -> Kept:
        now = time.monotonic()
        request = Request(uri, headers={"If-None-Match": before.tag} if before else {})  # noqa: S310
        try:
            with urlopen(request, timeout=5) as answer:  # noqa: S310 - of the issuer, see above
                return self._read(answer.read().decode(), uri, answer.headers["ETag"], now)
        except HTTPError as error:
            with error:
                if before is None or error.code != 304:
                    raise
                return Kept(before.packed, before.tag, now + self.keep)

    def _read(self, raw: str, uri: str, tag: str, now: float) -> Kept:
        said = self.issuer.verified(raw, typ="statuslist+jwt", required=["iat", "sub", "exp"])
        if said["sub"] != uri or said["status_list"]["bits"] != 1:
            raise jwt.InvalidTokenError("The list is another.")
        lst = said["status_list"]["lst"]
        data = base64.urlsafe_b64decode(lst + "=" * (-len(lst) % 4))
        packed = zlib.decompressobj().decompress(data, MOST_BYTES)
        return Kept(packed, tag, now + min(self.keep, said["ttl"]))
