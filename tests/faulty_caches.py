"""Cache backends that lose, reject, delay or keep too long what they are given."""

from __future__ import annotations

import pickle
from typing import ClassVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache


class CacheDown(Exception):
    """The error of a client whose cache server does not respond."""


class ForgetfulCache(LocMemCache):
    """Drops every write silently."""

    def add(self, *args, **kwargs):
        return False

    def set(self, *args, **kwargs):
        pass


class UnwritableCache(LocMemCache):
    """Raises on every write, as a Redis that is full or a read-only replica."""

    def add(self, *args, **kwargs):
        raise CacheDown

    set = add


class BrokenCache(UnwritableCache):
    """Raises on every read and write."""

    def get(self, *args, **kwargs):
        raise CacheDown


class TimeoutIgnoringCache(RedisCache):
    """Keeps added entries for an hour, whatever the timeout."""

    def add(self, key, value, timeout=None, version=None):
        return super().add(key, value, 3600, version=version)


class DelayedCache(LocMemCache):
    """Can delay ``add()``, as a slow network does, and drop ``set()``."""

    pending: ClassVar[list | None] = None
    """Delayed calls of ``add()``; ``None`` executes them immediately."""

    drops_set: ClassVar[bool] = False

    def add(self, *args, **kwargs):
        if self.pending is None:
            return super().add(*args, **kwargs)
        self.pending.append((args, kwargs))
        return True

    def set(self, *args, **kwargs):
        if not self.drops_set:
            super().set(*args, **kwargs)

    @classmethod
    def delay(cls):
        """Delay each ``add()`` until :meth:`deliver`."""
        cls.pending = []

    def deliver(self):
        """Execute the delayed calls of ``add()``."""
        delayed, type(self).pending = self.pending or [], None
        for args, kwargs in delayed:
            self.add(*args, **kwargs)

    def evict(self, value):
        """Drop every entry that holds ``value``, as a full cache may."""
        evicted = pickle.dumps(value, self.pickle_protocol)
        with self._lock:
            for key in [key for key, pickled in self._cache.items() if pickled == evicted]:
                self._delete(key)
