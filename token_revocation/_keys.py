"""Keys of tokens, subjects and watermarks."""

from __future__ import annotations

import hashlib
import uuid
from functools import lru_cache


@lru_cache(maxsize=10_000)
def name_key(*parts: str) -> uuid.UUID:
    """Return a UUID with 122 bits of a SHA-256 digest of ``parts``.

    It has a fixed length and does not depend on the collation of a database.
    """
    # Version 8 is for such names (RFC 9562, section 5.8), but the ``uuid`` type of MariaDB 10.11
    # rejects one in 64 of them.
    return uuid.UUID(bytes=_digest(parts)[:16], version=4)


@lru_cache(maxsize=10_000)
def short_name_key(*parts: str) -> int:
    """Return 64 bits of :func:`name_key`, without the constant bits of a UUID."""
    digest = _digest(parts)
    return int.from_bytes(digest[:4] + digest[12:16])


def _digest(parts: tuple[str, ...]) -> bytes:
    # JSON strings may contain lone surrogates. The length keeps the parts apart.
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return hashlib.sha256(b"".join([b"%d:%b" % (len(part), part) for part in encoded])).digest()


def token_key(kind: str, identifier: str, issuer: str = "") -> uuid.UUID:
    """Return the :attr:`TokenRef.key` of a token."""
    return name_key("token", kind, issuer, identifier)


@lru_cache(maxsize=1000)
def watermark_key(scope: str, name: str) -> uuid.UUID:
    """Return the key of the watermark of a subject type or of a kind of token."""
    return name_key("watermark", scope, name)
