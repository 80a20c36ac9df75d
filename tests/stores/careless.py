"""Stores that trust their cache, each in one of the usual ways, to see the tests fail on them."""

from __future__ import annotations

from django.core.cache import cache

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.stores.cached import CachedStore
from token_revocation.stores.database import DatabaseStore
from token_revocation.stores.forgiving import ForgivingCache


class OverwritingCache(ForgivingCache):
    def add(self, name, value, seconds):
        cache.set(name, value, seconds)


class OverwritingStore(CachedStore):
    """Sets what it was told, whatever has been said since."""

    def __init__(self, **options):
        super().__init__(**options)
        self._cache = OverwritingCache("default")


class TimelessStore(CachedStore):
    """Believes an answer for as long as the cache has it."""

    def _recall(self, entry):
        return None if entry is None else entry < 0


class ForgettingStore(DatabaseStore):
    """Deletes what changed, and writes what it read before that."""

    def is_revoked(self, token):
        answer = cache.get(token.key.hex)
        if answer is None:
            answer = super().is_revoked(token)
            cache.set(token.key.hex, answer, 60)
        return answer

    def publish(self, keys):
        cache.delete_many([key.hex for key in keys])


class TokenStore(CachedStore):
    """Has forgotten that a token has subjects."""

    def _names(self, keys):
        return super()._names(list(keys)[:1])


class SlowStore(DatabaseStore):
    """Asks once for each subject."""

    def is_revoked(self, token):
        return any(super(SlowStore, self).is_revoked(token) for _ in token.cutoff_keys)


class GuessingStore(DatabaseStore):
    """Lets everybody in when it cannot ask."""

    def is_revoked(self, token):
        try:
            return super().is_revoked(token)
        except RevocationUnavailable:
            return False


class CacheOnlyStore(DatabaseStore):
    """Keeps what was revoked in the cache, and nowhere else."""

    def is_revoked(self, token):
        return bool(cache.get_many([key.hex for key in token.keys]))

    def publish(self, keys):
        cache.set_many({key.hex: True for key in keys}, None)
