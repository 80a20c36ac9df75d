"""Keys of DRF's tokens, as clients send them."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import CharField

from token_revocation.tokens import MAX_RAW_LENGTH


def fits_key(model: Any, raw: str) -> bool:
    """Return whether ``raw`` fits the column ``key``; a JWT, for example, does not."""
    field = model._meta.get_field("key")
    # A custom field may accept longer forms of what it stores.
    return type(field) is not CharField or len(raw) <= (field.max_length or MAX_RAW_LENGTH)


def digest(raw: str) -> str:
    """Return the SHA-256 of the key ``raw``, by which the token is identified.

    A salt is not needed, because a key has 160 random bits.
    """
    return hashlib.sha256(raw.encode()).hexdigest()
