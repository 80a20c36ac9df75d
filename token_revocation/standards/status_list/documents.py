"""The signed list, made anew only when it says something new. Section 5.1."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from functools import cache, cached_property
from threading import Lock
from typing import Any
from uuid import UUID

from django.core.signals import setting_changed

from token_revocation.services import purge_horizon
from token_revocation.services.transactions import reading
from token_revocation.standards.signing import sign
from token_revocation.standards.status_list import TYPE
from token_revocation.standards.status_list.bits import compress, pack
from token_revocation.standards.status_list.changes import State, state_of
from token_revocation.standards.status_list.contents import revoked_indices
from token_revocation.standards.status_list.issuing import list_uri
from token_revocation.standards.status_list.models import StatusList

REFRESH = 5.0
"""Seconds in which a process does not look again whether something was revoked."""

REREAD = 60.0
"""Seconds after which a list is read as a whole, though nothing seems new: a revocation may have
been deleted, by whatever means."""

TTL = 60
"""Seconds that a reader may keep the list: by ``REFRESH`` more it has seen a revocation."""

LIFETIME = 24 * 3600
"""Seconds after which a list must not be relied on, should we not be there to renew it."""


@dataclass(frozen=True)
class Document:
    """A signed list, as it is served."""

    body: bytes
    packed: bytes
    signed_at: float

    @cached_property
    def etag(self) -> str:
        """Of this very signature (RFC 9110, section 8.8.3)."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    @property
    def is_young(self) -> bool:
        """Whether it need not be signed anew yet."""
        return time.time() - self.signed_at < LIFETIME / 2


@dataclass
class Served:
    """What this process has of one list. One thread at a time looks whether it has changed."""

    status_list: StatusList
    document: Document | None = None
    state: State | None = None
    looked_at: float = float("-inf")
    read_at: float = float("-inf")
    lock: Lock = field(default_factory=Lock)

    def current(self) -> Document:
        """The document, at most ``REFRESH`` seconds old; in between nothing is asked."""
        with self.lock:
            if self.document is None or time.monotonic() - self.looked_at >= REFRESH:
                now = time.monotonic()
                self.document = self._renewed()
                self.looked_at = now
            return self.document

    def _renewed(self) -> Document:
        state, old = state_of(self.status_list), self.document
        if old and old.is_young and self._says_the_same(state):
            return old
        self.state, self.read_at = state, time.monotonic()
        packed = pack(revoked_indices(self.status_list), self.status_list.size)
        if old and old.is_young and old.packed == packed:
            return old
        return _signed(self.status_list, packed)

    def _says_the_same(self, state: State | None) -> bool:
        is_due = time.monotonic() - self.read_at >= REREAD
        return state is not None and state == self.state and not is_due


@cache
def shelf() -> dict[UUID, Served]:
    """The lists that this process has served."""
    return {}


def document(list_id: UUID) -> Document:
    """The list, signed. Raises :class:`StatusList.DoesNotExist`,
    and :class:`~token_revocation.exceptions.RevocationUnavailable` if nobody can say.
    """
    known = shelf()
    if list_id not in known:
        _drop_retired(known)
        with reading(None) as using:
            known[list_id] = Served(StatusList.objects.using(using).get(pk=list_id))
    return known[list_id].current()


def _drop_retired(known: dict[UUID, Served]) -> None:
    """A list a day retires (section 12), and a process may live for years."""
    horizon = purge_horizon()
    for list_id, served in list(known.items()):
        if served.status_list.expires_at < horizon:
            known.pop(list_id, None)


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting == "TOKEN_REVOCATION":
        shelf.cache_clear()


setting_changed.connect(_forget)


def _signed(status_list: StatusList, packed: bytes) -> Document:
    now = int(time.time())
    claims = {
        "sub": list_uri(status_list),
        "exp": now + LIFETIME,
        "ttl": TTL,
        "status_list": {"bits": 1, "lst": compress(packed)},
    }
    return Document(sign(claims, typ=TYPE).encode(), packed, now)
