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
    data = hashlib.sha256()
    for part in parts:
        # JSON strings may contain lone surrogates. The length keeps the parts apart.
        encoded = part.encode("utf-8", "surrogatepass")
        data.update(b"%d:%b" % (len(encoded), encoded))
    # Version 8 is for such names (RFC 9562, section 5.8), but the ``uuid`` type of MariaDB 10.11
    # rejects one in 64 of them.
    return uuid.UUID(bytes=data.digest()[:16], version=4)


def token_key(kind: str, identifier: str, issuer: str = "") -> uuid.UUID:
    """Return the :attr:`TokenRef.key` of a token."""
    return name_key("token", kind, issuer, identifier)


@lru_cache(maxsize=1000)
def watermark_key(scope: str, name: str) -> uuid.UUID:
    """Return the key of the watermark of a subject type or of a kind of token."""
    return name_key("watermark", scope, name)
