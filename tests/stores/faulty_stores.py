"""Stores with one typical error each, to show that the contract tests find it."""

from __future__ import annotations

from django.core.cache import cache

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.stores._fault_tolerant_cache import FaultTolerantCache
from token_revocation.stores.cached import CachedStore
from token_revocation.stores.database import DatabaseStore


class OverwritingCache(FaultTolerantCache):
    def add(self, key, value, timeout):
        cache.set(key, value, timeout)


class OverwritingStore(CachedStore):
    """Overwrites invalidations with outdated results."""

    def __init__(self, **options):
        super().__init__(**options)
        self._cache = OverwritingCache("default")


class TimelessStore(CachedStore):
    """Uses a result for as long as the cache keeps it."""

    def _decode(self, entry):
        return None if entry is None else entry < 0


class DeletingStore(DatabaseStore):
    """Deletes entries on invalidation, so an outdated result can be written again."""

    def is_revoked(self, token):
        answer = cache.get(token.key.hex)
        if answer is None:
            answer = super().is_revoked(token)
            cache.set(token.key.hex, answer, 60)
        return answer

    def invalidate(self, keys, not_before=None):
        cache.delete_many([key.hex for key in keys])


class TokenStore(CachedStore):
    """Ignores the subjects of a token."""

    def _cache_keys(self, keys):
        return super()._cache_keys(list(keys)[:1])


class SlowStore(DatabaseStore):
    """Makes one query for each subject."""

    def is_revoked(self, token):
        return any(super(SlowStore, self).is_revoked(token) for _ in token.cutoff_keys)


class GuessingStore(DatabaseStore):
    """Accepts every token when the database fails."""

    def is_revoked(self, token):
        try:
            return super().is_revoked(token)
        except RevocationUnavailable:
            return False


class CacheOnlyStore(DatabaseStore):
    """Stores revocations in the cache only."""

    def is_revoked(self, token):
        return bool(cache.get_many([key.hex for key in token.keys]))

    def invalidate(self, keys, not_before=None):
        cache.set_many({key.hex: True for key in keys}, None)
