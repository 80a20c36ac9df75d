"""Signed status list tokens (section 5.1), renewed when the list changes."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from functools import cache, cached_property
from threading import Lock
from typing import Any
from uuid import UUID

from django.core.signals import setting_changed

from token_revocation._tenants import Scope, current_scope
from token_revocation.services import purge_horizon
from token_revocation.services._transactions import database_errors
from token_revocation.standards._signatures import sign
from token_revocation.standards.status_list import TYPE
from token_revocation.standards.status_list._allocation import list_uri
from token_revocation.standards.status_list._bits import compress, pack
from token_revocation.standards.status_list._builder import revoked_indices
from token_revocation.standards.status_list._change_detection import ListState, read_state
from token_revocation.standards.status_list.models import StatusList

CHECK_INTERVAL_SECONDS = 5.0
"""Interval at which a process checks a list for changes."""

REBUILD_INTERVAL_SECONDS = 60.0
"""Interval at which a list is rebuilt without a detected change: other code may have deleted a
revocation."""

TTL_SECONDS = 60
"""Time for which readers may cache a list. They see a revocation after this time and
``CHECK_INTERVAL_SECONDS`` at the latest."""

LIFETIME_SECONDS = 24 * 3600
"""Validity of a signature; a list is signed again after half of it."""


@dataclass(frozen=True)
class SignedList:
    """A signed list as it is served."""

    body: bytes
    packed: bytes
    signed_at: float

    @cached_property
    def etag(self) -> str:
        """The entity tag of the body (RFC 9110, section 8.8.3)."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    @property
    def is_fresh(self) -> bool:
        """Whether the signature need not be renewed yet."""
        return time.time() - self.signed_at < LIFETIME_SECONDS / 2


@dataclass
class CachedList:
    """The latest signed version of one list in this process."""

    status_list: StatusList
    signed: SignedList | None = None
    state: ListState | None = None
    checked_at: float = float("-inf")
    built_at: float = float("-inf")
    lock: Lock = field(default_factory=Lock)

    def get(self) -> SignedList:
        """Return the signed list, checked for changes every ``CHECK_INTERVAL_SECONDS``."""
        with self.lock:
            if self.signed is None or time.monotonic() - self.checked_at >= CHECK_INTERVAL_SECONDS:
                now = time.monotonic()
                self.signed = self._refresh()
                self.checked_at = now
            return self.signed

    def _refresh(self) -> SignedList:
        state, old = read_state(self.status_list), self.signed
        if old and old.is_fresh and self._is_unchanged(state):
            return old
        self.state, self.built_at = state, time.monotonic()
        packed = pack(revoked_indices(self.status_list), self.status_list.size)
        if old and old.is_fresh and old.packed == packed:
            return old
        return _sign_list(self.status_list, packed)

    def _is_unchanged(self, state: ListState | None) -> bool:
        is_due = time.monotonic() - self.built_at >= REBUILD_INTERVAL_SECONDS
        return state is not None and state == self.state and not is_due


MAX_CACHED_LISTS = 256


@cache
def cached_lists() -> dict[tuple[Scope, str], CachedList]:
    """Return the lists that this process has served, by tenant and URL."""
    return {}


def get_signed_list(list_id: UUID) -> SignedList:
    """Return the signed list with that id.

    Raises:
        StatusList.DoesNotExist: There is no such list.
        NoReverseMatch: The URLs of the lists are not included.
        RevocationUnavailable: The database failed.
    """
    with database_errors(None) as using:
        scope, lists = current_scope(using), cached_lists()
        uri = list_uri(StatusList(pk=list_id))
        cached = lists.get((scope, uri)) if scope else None
        if cached is None:
            _drop_expired(lists)
            cached = CachedList(StatusList.objects.using(using).get(pk=list_id))
            if scope:
                lists[scope, uri] = cached
    return cached.get()


def _drop_expired(lists: dict[tuple[Scope, str], CachedList]) -> None:
    # With a limit, as clients can invent URLs where a URL parameter accepts any value.
    while len(lists) >= MAX_CACHED_LISTS:
        lists.pop(next(iter(lists)), None)
    horizon = purge_horizon()
    for name, cached in list(lists.items()):
        if cached.status_list.expires_at < horizon:
            lists.pop(name, None)


def _clear_cache(*, setting: str, **kwargs: Any) -> None:
    if setting == "TOKEN_REVOCATION":
        cached_lists.cache_clear()


setting_changed.connect(_clear_cache)


def _sign_list(status_list: StatusList, packed: bytes) -> SignedList:
    now = int(time.time())
    claims = {
        "sub": list_uri(status_list),
        "exp": now + LIFETIME_SECONDS,
        "ttl": TTL_SECONDS,
        "status_list": {"bits": 1, "lst": compress(packed)},
    }
    return SignedList(sign(claims, typ=TYPE).encode(), packed, now)
