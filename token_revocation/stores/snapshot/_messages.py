"""The messages of a push: which entries a revocation has changed."""

from __future__ import annotations

import struct
from base64 import b64decode, b64encode
from typing import NamedTuple

from token_revocation.stores.snapshot._reader import Entries

ENTRY = struct.Struct("!QQ")
"""A short key and a time in ticks."""

MAX_ENTRIES = 100
"""With more entries a message has none. PostgreSQL limits it to 8000 bytes."""


class Message(NamedTuple):
    """The entries that were changed in one database and tenant."""

    namespace: str
    """The name of the database and tenant; ``""`` stands for all."""
    entries: Entries
    """Without entries, the database must be read."""


READ_ALL = Message("", [])


def encode(message: Message) -> str:
    """Return ``message`` as ASCII text: 22 characters for each entry."""
    entries = message.entries if len(message.entries) <= MAX_ENTRIES else []
    packed = b"".join(ENTRY.pack(*entry) for entry in entries)
    return f"{message.namespace}:{b64encode(packed).decode()}"


def decode(text: str) -> Message:
    """Return the message in ``text``; :data:`READ_ALL` if it is invalid."""
    try:
        namespace, packed = text.split(":")
        return Message(namespace, list(ENTRY.iter_unpack(b64decode(packed, validate=True))))
    except (ValueError, struct.error):
        return READ_ALL
